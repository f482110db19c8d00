import fc from "fast-check";
import { expect, test } from "vitest";
import { shareInWords, sharesOf } from "@/components/usage/sources/shares";

test.each([
  { amounts: [1, 1, 1], shares: [34, 33, 33] },
  { amounts: [999_999, 1], shares: [100, 0] },
  { amounts: [0, 0, 0], shares: [0, 0, 0] },
  { amounts: [5, 0], shares: [100, 0] },
  { amounts: [-3, 3], shares: [0, 100] },
])("$amounts are $shares", ({ amounts, shares }) => expect(sharesOf(amounts)).toEqual(shares));

test("shares of any use add up to 100, and each is within one of what it is", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2 ** 40), { minLength: 1, maxLength: 6 }), (amounts) => {
      const whole = amounts.reduce((sum, amount) => sum + amount, 0);
      fc.pre(whole > 0);
      const shares = sharesOf(amounts);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(100);
      shares.forEach((share, place) => {
        expect(Math.abs(share - ((amounts[place] as number) / whole) * 100)).toBeLessThan(1);
      });
    }),
  );
});

test("what is more than nothing never looks like nothing", () => {
  expect(shareInWords(0, 1)).toBe("< 1\u00a0%");
  expect(shareInWords(0, 0)).toBe("0\u00a0%");
});
