import { AppError } from "../errors";

/** What the headers of a form's part say of it. */
export type PartHead = { name: string; isFile: boolean };

const token = "[\\w!#$%&'*+.^`|~-]+";
const parameter = new RegExp(`;\\s*(${token})\\s*=\\s*("(?:[^"\\\\]|\\\\.)*"|[^\\s";]+)\\s*`, "gy");
const disposition = /^content-disposition\s*:\s*form-data\s*/i;
const plainEncodings = /^content-transfer-encoding\s*:\s*(?:7bit|8bit|binary)\s*$/i;

/**
 * Reads the headers of a part. The provider will read them too, and not every server in the same way: where two readings are
 * possible, there is none.
 * @throws AppError `invalid_request`.
 */
export function readPartHead(headers: string): PartHead {
  const lines = headers.split("\r\n");
  if (lines.some((line) => /^\s|[\r\n]/.test(line))) throw malformed("a part\u2019s headers are broken");
  const [given, ...more] = lines.filter((line) => /^content-disposition\b/i.test(line));
  if (given === undefined) throw malformed("a part has no name");
  if (more.length > 0) throw malformed("a part has several dispositions");

  const parameters = parametersOf(given);
  const name = parameters.get("name");
  if (name === undefined) throw malformed("a part has no name");
  if (name.includes("\\")) throw malformed("the name of a part can be read in two ways");
  const isFile = parameters.has("filename") || parameters.has("filename*");
  const isEncoded = lines.some((line) => /^content-transfer-encoding\b/i.test(line) && !plainEncodings.test(line));
  if (isEncoded && !isFile) throw malformed("a field is encoded");
  return { name, isFile };
}

/** Each by its name, which it has alone. */
function parametersOf(line: string): Map<string, string> {
  const start = disposition.exec(line)?.[0].length;
  if (start === undefined) throw malformed("a part has no name");

  const parameters = new Map<string, string>();
  let end = start;
  parameter.lastIndex = start;
  for (let match = parameter.exec(line); match; match = parameter.exec(line)) {
    const name = (match[1] as string).toLowerCase();
    if (parameters.has(name) || /^name\*/.test(name)) throw malformed("the name of a part can be read in two ways");
    parameters.set(name, (match[2] as string).replace(/^"|"$/g, ""));
    end = parameter.lastIndex;
  }
  if (!/^;?\s*$/.test(line.slice(end))) throw malformed("a part\u2019s headers are broken");
  return parameters;
}

export function malformed(why: string): AppError {
  return new AppError("invalid_request", `The form cannot be read: ${why}.`);
}
