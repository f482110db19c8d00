import { AppError } from "../errors";
import { verifyPassword } from "./password";
import { countAttempt, deleteOldAttempts, findUserByEmail, forgiveAttempts, type User } from "./store";

const windowMs = 15 * 60_000;
const attemptsPerAccount = 10;
const attemptsPerAddress = 50;

type SignIn = { email: string; password: string; address: string; now: Date };

/**
 * The user whose e-mail and password these are, or null. An unknown e-mail takes as long as a wrong password.
 * @throws AppError `too_many_attempts` when the account or the address has failed too often, also for the right password.
 */
export async function signIn({ email, password, address, now }: SignIn): Promise<User | null> {
  const subjects = { account: `account:${email}`, address: `address:${address}` };
  await admitAttempt({ subject: subjects.address, limit: attemptsPerAddress, now });
  await admitAttempt({ subject: subjects.account, limit: attemptsPerAccount, now });

  const user = await findUserByEmail(email);
  if (!(await verifyPassword(password, user?.passwordHash ?? null)) || user === null) return null;

  await forgiveAttempts(subjects);
  await deleteOldAttempts(now);
  const { passwordHash: _, ...signedIn } = user;
  return signedIn;
}

/** Counts an attempt of this subject. @throws AppError `too_many_attempts` beyond so many in a quarter of an hour. */
export async function admitAttempt({
  subject,
  limit,
  now,
}: {
  subject: string;
  limit: number;
  now: Date;
}): Promise<void> {
  const { attempts, windowEndsAt } = await countAttempt({ subject, windowMs, now });
  if (attempts <= limit) return;

  const retryAfterSeconds = Math.max(1, Math.ceil((windowEndsAt.getTime() - now.getTime()) / 1000));
  const minutes = Math.ceil(retryAfterSeconds / 60);
  throw new AppError(
    "too_many_attempts",
    `Too many attempts. Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
    { retryAfterSeconds },
  );
}
