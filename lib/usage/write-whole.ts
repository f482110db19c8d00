const [minus, zero] = Buffer.from("-0") as unknown as [number, number];
const billion = 1_000_000_000;

/**
 * Writes a whole number of up to 2^53 in decimal digits; gives where they end. Made a text first, each of thousands would leave
 * something behind to collect.
 */
export function writeWhole(to: Buffer, start: number, whole: number): number {
  if (whole < 0) {
    to[start] = minus;
    return writeWhole(to, start + 1, -whole);
  }
  if (whole < billion) return writeDigits(to, start, { whole, count: countDigits(whole) });

  const rest = whole % billion;
  const next = writeWhole(to, start, (whole - rest) / billion);
  return writeDigits(to, next, { whole: rest, count: 9 });
}

/** With zeros before it where it has fewer. */
function writeDigits(to: Buffer, start: number, { whole, count }: { whole: number; count: number }): number {
  let rest = whole;
  for (let place = start + count - 1; place >= start; place--) {
    const tens = (rest / 10) | 0;
    to[place] = zero + rest - tens * 10;
    rest = tens;
  }
  return start + count;
}

function countDigits(whole: number): number {
  let count = 1;
  for (let least = 10; least <= whole; least *= 10) count++;
  return count;
}
