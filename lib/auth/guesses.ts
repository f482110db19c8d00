import { LRUCache } from "lru-cache";
import { processSingleton } from "../process-singleton";
import { addressOf } from "./address";
import { tooManyAttempts, windowMs } from "./attempts";
import type { RequestHeaders } from "./session";
import { countAttempt } from "./store";
import { hashToken } from "./token";

const guessesPerAddress = 50;
const kept = 10_000;

type Presented = { headers: RequestHeaders; authorization: string; now: Date };

/**
 * Whose credential this is, by `find`; null when it is nobody's, which counts as a guess. The same one sent again is no new
 * guess. A right one passes whatever was guessed from its address, where many may sit behind one proxy: nobody hits on one of
 * 2^128 and more, so what the limit spares us is the noise.
 * @throws AppError `too_many_attempts` for a wrong one where too much was guessed from the address.
 */
export async function findHolder<T>(
  { headers, authorization, now }: Presented,
  find: () => Promise<T | null>,
): Promise<T | null> {
  const holder = await find();
  if (holder !== null) return holder;

  const address = addressOf(headers);
  const { shutOut, counted } = guesses();
  const endsAt = shutOut.get(address);
  if (endsAt && endsAt > now) throw tooManyAttempts({ endsAt, now });
  const guess = `${address} ${hashToken(authorization).toString("base64")}`;
  if (counted.has(guess)) return null;

  counted.set(guess, true);
  const { attempts, windowEndsAt } = await countAttempt({ subject: `token:${address}`, windowMs, now });
  if (attempts <= guessesPerAddress) return null;
  shutOut.set(address, windowEndsAt);
  throw tooManyAttempts({ endsAt: windowEndsAt, now });
}

/** What this process knows of: addresses that guessed too much, until when, and what was guessed of late. */
function guesses() {
  return processSingleton("auth.guesses", () => ({
    shutOut: new LRUCache<string, Date>({ max: kept }),
    counted: new LRUCache<string, true>({ max: kept, ttl: windowMs }),
  }));
}
