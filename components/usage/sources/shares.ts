/**
 * Shares of a whole in percent, whole numbers that add up to 100: each is rounded down, and what is then missing goes to
 * those that lost most. Nothing used gives zeros; a correction below zero counts as nothing.
 */
export function sharesOf(amounts: number[]): number[] {
  const parts = amounts.map((amount) => Math.max(0, amount));
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (whole === 0) return parts.map(() => 0);

  const exact = parts.map((part) => (part / whole) * 100);
  const shares = exact.map(Math.floor);
  const missing = 100 - shares.reduce((sum, share) => sum + share, 0);
  const byLoss = exact
    .map((share, place) => ({ place, loss: share - Math.floor(share) }))
    .toSorted((a, b) => b.loss - a.loss || a.place - b.place);
  for (const { place } of byLoss.slice(0, missing)) shares[place] = (shares[place] as number) + 1;
  return shares;
}

/** `82 %`; what is more than nothing never looks like nothing. */
export function shareInWords(share: number, amount: number): string {
  return share === 0 && amount > 0 ? "< 1\u00a0%" : `${share}\u00a0%`;
}
