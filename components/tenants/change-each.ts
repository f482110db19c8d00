import { messageOf } from "@/components/ui/message-of";

/** Under way at a time: each is a transaction of its own, and the console is not alone on the server. */
const atOnce = 4;

export type Outcome<Item> = { done: Item[]; failed: { item: Item; message: string }[] };

/** Makes the same change to each of many. One that fails holds up none of the others. */
export async function changeEach<Item>(
  items: Item[],
  change: (item: Item) => Promise<unknown>,
  onProgress: (finished: number) => void,
): Promise<Outcome<Item>> {
  const outcome: Outcome<Item> = { done: [], failed: [] };
  const rest = [...items];
  const work = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
      try {
        await change(item);
        outcome.done.push(item);
      } catch (error) {
        outcome.failed.push({ item, message: messageOf(error) });
      }
      onProgress(outcome.done.length + outcome.failed.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcome;
}
