import { AppError } from "../errors";
import { isConnectionLoss } from "./batch-failures";
import type { Ended, Entries } from "./entries";
import type { Tally } from "./tallies";

type Writing = {
  send(entries: Entries): Promise<void>;
  settlementRefused(ended: Ended, cause: unknown): void;
  tallyRefused(tally: Tally, cause: unknown): void;
};

/**
 * Writes a batch that the database refused for what is in it: one bad entry must not take the others with it. What has been
 * written leaves the batch: should the connection be lost meanwhile, a call that was admitted is not given back.
 * @throws the loss of the connection, and nothing else.
 */
export async function writeOneByOne(
  { waiting, ended, tallies }: Entries,
  { send, settlementRefused, tallyRefused }: Writing,
): Promise<void> {
  for (const each of emptying(ended)) {
    await send({ ...none, ended: [each] }).catch(unlessLost((cause) => settlementRefused(each, cause)));
  }
  for (const each of emptying(waiting)) {
    const refuse = (cause: unknown) =>
      each.reject(new AppError("internal", "This call could not be recorded.", { cause }));
    await send({ ...none, waiting: [each] }).catch(unlessLost(refuse));
  }
  for (const each of emptying(tallies)) {
    await send({ ...none, tallies: [each] }).catch(unlessLost((cause) => tallyRefused(each, cause)));
  }
}

const none: Entries = { waiting: [], ended: [], tallies: [] };

function unlessLost(refused: (cause: unknown) => void): (cause: unknown) => void {
  return (cause) => {
    if (isConnectionLoss(cause)) throw cause;
    refused(cause);
  };
}

/** Goes through a list; each entry leaves it when it has been dealt with, and stays when that ends in an error. */
function* emptying<T>(entries: T[]): Generator<T> {
  for (let [entry] = entries; entry !== undefined; [entry] = entries) {
    yield entry;
    entries.shift();
  }
}
