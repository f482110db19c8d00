import { AppError } from "../errors";
import { countAttempt } from "./store";

export const windowMs = 15 * 60_000;

type Attempt = { subject: string; limit: number; now: Date };

/** Counts an attempt of this subject. @throws AppError `too_many_attempts` beyond so many in a quarter of an hour. */
export async function admitAttempt({ subject, limit, now }: Attempt): Promise<void> {
  const { attempts, windowEndsAt } = await countAttempt({ subject, windowMs, now });
  if (attempts > limit) throw tooManyAttempts({ endsAt: windowEndsAt, now });
}

export function tooManyAttempts({ endsAt, now }: { endsAt: Date; now: Date }): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil((endsAt.getTime() - now.getTime()) / 1000));
  const minutes = Math.ceil(retryAfterSeconds / 60);
  return new AppError(
    "too_many_attempts",
    `Too many attempts. Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
    { retryAfterSeconds },
  );
}
