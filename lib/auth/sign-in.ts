import { passSecondStep } from "../second-step/pass-second-step";
import { admitAttempt } from "./attempts";
import { verifyPassword } from "./password";
import { deleteOldAttempts, findUserByEmail, forgiveAddress, forgiveAttempts, type User } from "./store";

const attemptsPerAccount = 10;
const attemptsPerAddress = 50;

type SignIn = {
  email: string;
  password: string;
  /** The second step, for those who have one: a code of their app's, or a recovery code. */
  code?: string | undefined;
  address: string;
  now: Date;
};

/**
 * The user whose e-mail and password these are, or null. An unknown e-mail takes as long as a wrong password. That there
 * is a second step is told only to those who know the password.
 * @throws AppError `too_many_attempts` when the account or the address has failed too often, also for the right password;
 * `second_step_required`; `unauthenticated` for a wrong code.
 */
export async function signIn({ email, password, code: typed, address, now }: SignIn): Promise<User | null> {
  const subjects = { account: `account:${email}`, address: `address:${address}` };
  await admitAttempt({ subject: subjects.address, limit: attemptsPerAddress, now });
  await admitAttempt({ subject: subjects.account, limit: attemptsPerAccount, now });

  const found = await findUserByEmail(email);
  if (!(await verifyPassword(password, found?.passwordHash ?? null)) || found === null) return null;
  const { passwordHash: _, ...user } = found;
  // A form's first step has an empty field for it.
  const code = typed?.trim() || undefined;
  if (user.hasSecondStep && code === undefined) await forgiveAddress(subjects.address);
  if (user.hasSecondStep) await passSecondStep({ user, code, now });

  await forgiveAttempts(subjects);
  await deleteOldAttempts(now);
  return user;
}
