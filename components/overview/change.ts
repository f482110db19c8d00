/** Beyond this many times say more than a share, and then that it is very many. */
const mostPercent = 999;
const mostTimes = 100;

/** `▲ 12 %`, `▼ 3 %`, `as before`, `▲ 50 ×`; null where one of the two is not known, or nothing was there to compare with. */
export function changeInWords(now: number | null, before: number | null): string | null {
  if (now === null || before === null || before <= 0) return null;
  const percent = Math.round(((now - before) / before) * 100);
  if (percent === 0) return "as before";
  if (percent > mostPercent)
    return `▲ ${now / before > mostTimes ? "> " : ""}${Math.min(mostTimes, Math.floor(now / before))}\u00a0×`;
  return `${percent > 0 ? "▲" : "▼"} ${Math.abs(percent)}\u00a0%`;
}
