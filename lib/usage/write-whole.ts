const [minus, zero] = Buffer.from("-0") as unknown as [number, number];
const billion = 1_000_000_000;
const billionDigits = 9;

/**
 * Writes a whole number of up to 2^53 in decimal digits; gives where they end. As a text first, each of thousands would leave
 * something behind to collect; so would arguments that come as one object.
 */
export function writeWhole(to: Buffer, start: number, whole: number): number {
  if (whole < 0) {
    to[start] = minus;
    return writeWhole(to, start + 1, -whole);
  }
  if (whole >= billion) {
    const rest = whole % billion;
    const end = writeWhole(to, start, (whole - rest) / billion) + billionDigits;
    to.fill(zero, end - billionDigits, end);
    return writeWhole(to, end - countDigits(rest), rest);
  }
  const end = start + countDigits(whole);
  let rest = whole;
  for (let place = end - 1; place >= start; place--) {
    const tens = (rest / 10) | 0;
    to[place] = zero + rest - tens * 10;
    rest = tens;
  }
  return end;
}

function countDigits(whole: number): number {
  let count = 1;
  for (let least = 10; least <= whole; least *= 10) count++;
  return count;
}
