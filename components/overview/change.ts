/** Beyond this a share says less than "many times". */
const mostPercent = 999;

/** `▲ 12 %`, `▼ 3 %`, `as before`; null where one of the two is not known, or nothing was there to compare with. */
export function changeInWords(now: number | null, before: number | null): string | null {
  if (now === null || before === null || before <= 0) return null;
  const percent = Math.round(((now - before) / before) * 100);
  if (percent === 0) return "as before";
  if (percent > mostPercent) return `▲ more than ${Math.floor(now / before)} times`;
  return `${percent > 0 ? "▲" : "▼"} ${Math.abs(percent)}\u00a0%`;
}
