import { createScanner } from "jsonc-parser";

/**
 * Edits of JSON text by inserting and replacing: every other byte stays as the client wrote it. The text is `latin1`, so
 * that one character stands for one byte and bytes which are no UTF-8 stay what they are; it has been parsed before.
 */

export type Span = { start: number; end: number };

/** The members of the object that begins at or after `from`: their names, and where their values stand. */
export function listMembers(text: string, from: number): (Span & { name: string })[] {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  /** The first character of the next token; undefined at the end. */
  const next = () => {
    scanner.scan();
    return text[scanner.getTokenOffset()];
  };
  const takeValue = (): Span => {
    let mark = next();
    const start = scanner.getTokenOffset();
    for (let depth = 0; mark !== undefined; mark = next()) {
      if (mark === "{" || mark === "[") depth += 1;
      if (mark === "}" || mark === "]") depth -= 1;
      if (depth === 0) break;
    }
    return { start, end: scanner.getPosition() };
  };

  const members: (Span & { name: string })[] = [];
  for (let mark = next(); mark === "{" || mark === "," || mark === '"'; mark = next()) {
    if (mark !== '"') continue;
    const name = scanner.getTokenValue();
    next();
    members.push({ name, ...takeValue() });
  }
  return members;
}

/** Where the value of a member of this object stands; of several of that name the last, which is the one that counts. */
export function findMember(text: string, from: number, name: string): Span | null {
  return listMembers(text, from).findLast((member) => member.name === name) ?? null;
}

export function replaced(text: string, { start, end }: Span, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

/** The blank itself; what stands before it in the code is blank too, in JSON outside of texts. */
const blank = 0x20;

/** Puts a member in front of the others of the object that begins at or after `from`. */
export function withMember(text: string, from: number, member: string): string {
  const start = text.indexOf("{", from) + 1;
  let first = start;
  while (text.charCodeAt(first) <= blank) first += 1;
  return replaced(text, { start, end: start }, text[first] === "}" ? member : `${member},`);
}
