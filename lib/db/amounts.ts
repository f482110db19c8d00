/** The database counts in 64 bits and JavaScript exactly up to 2^53 - 1, beyond which no amount is let in. Null stays null. */
export function toAmount(stored: bigint): number;
export function toAmount(stored: bigint | null): number | null;
export function toAmount(stored: bigint | null): number | null {
  return stored === null ? null : Number(stored);
}
