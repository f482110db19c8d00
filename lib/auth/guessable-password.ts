import { AppError } from "../errors";

const leastDistinct = 5;

type Chosen = { email: string | null; field?: string };

/** @throws AppError `invalid_request` for a password that guessing begins with. */
export async function requireUnguessable(password: string, { email, field = "password" }: Chosen): Promise<void> {
  const problem = problemOf(password, { email, stolen: await stolenPasswords() });
  if (problem === null) return;
  throw new AppError("invalid_request", `The password ${problem}.`, { fields: { [field]: problem } });
}

type Known = { email: string | null; stolen: ReadonlySet<string> };

/**
 * What makes a long password one that guessing begins with, or null. Digits and signs at its ends do not help, nor does
 * saying it twice: `Password2026!` and `passwordpassword` are as good as `password`.
 */
export function problemOf(password: string, { email, stolen }: Known): string | null {
  const plain = password.normalize("NFKC").toLowerCase();
  if (new Set(plain).size < leastDistinct) return "repeats too few characters";
  const stem = unrepeated(plain.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ""));
  if ([plain, stem].some((each) => stolen.has(each))) return "is among those that were stolen most often";
  if (email !== null && [email, email.split("@")[0] ?? ""].some((each) => [plain, stem].includes(each)))
    return "is your e-mail address";
  return null;
}

/** `abab` as `ab`. */
function unrepeated(text: string): string {
  return /^(.+?)\1+$/su.exec(text)?.[1] ?? text;
}

let stolen: Promise<ReadonlySet<string>> | undefined;

/** Some 50,000 passwords of known breaches; loaded when the first password is chosen. */
function stolenPasswords(): Promise<ReadonlySet<string>> {
  stolen ??= import("@zxcvbn-ts/language-common").then(({ dictionary }) => new Set(dictionary["passwords-common"]));
  return stolen;
}
