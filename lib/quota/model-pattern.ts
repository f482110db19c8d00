/** `*` stands for any characters: `gpt-4o*` allows `gpt-4o-mini`. */
export function matchesModel(pattern: string, model: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === model;

  const [head = "", ...rest] = parts;
  const tail = rest.pop() ?? "";
  if (!model.startsWith(head) || !model.endsWith(tail) || model.length < head.length + tail.length) return false;
  let from = head.length;
  const end = model.length - tail.length;
  for (const part of rest) {
    const found = model.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}
