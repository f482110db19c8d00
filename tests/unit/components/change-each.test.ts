import { expect, test } from "vitest";
import { changeEach } from "@/components/tenants/change-each";

test("one that fails holds up none of the others, and is told with its reason", async () => {
  const progress: number[] = [];
  const outcome = await changeEach(
    ["a", "b", "c", "d", "e", "f"],
    async (item) => {
      if ("bf".includes(item)) throw new Error(`${item} is archived`);
    },
    (finished) => progress.push(finished),
  );
  expect(outcome.done.toSorted()).toEqual(["a", "c", "d", "e"]);
  expect(outcome.failed.toSorted((x, y) => x.item.localeCompare(y.item))).toEqual([
    { item: "b", message: "b is archived" },
    { item: "f", message: "f is archived" },
  ]);
  expect(progress).toEqual([1, 2, 3, 4, 5, 6]);
});

test("no more than four are under way at a time", async () => {
  let [underWay, most] = [0, 0];
  await changeEach(
    Array.from({ length: 30 }, (_, item) => item),
    async () => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay -= 1;
    },
    () => {},
  );
  expect(most).toBe(4);
});
