/** What a month will come to, most likely and within which bounds in nine of ten cases. */
export type Forecast = { likely: number; low: number; high: number };

const leastDays = 5;
const ninetyPercent = 1.645;

type Month = {
  /** What each day that is over came to. */
  days: number[];
  /** Used so far, today included. */
  used: number;
  /** How many days are left, today's rest as a part of one. */
  daysLeft: number;
};

/**
 * The month from its pace so far: each day to come is taken to be like those that are over, and to differ as they did.
 * Null while fewer than five are over, as that says more about chance than about the month.
 */
export function forecastOf({ days, used, daysLeft }: Month): Forecast | null {
  if (days.length < leastDays) return null;

  const mean = days.reduce((sum, day) => sum + day, 0) / days.length;
  const variance = days.reduce((sum, day) => sum + (day - mean) ** 2, 0) / (days.length - 1);
  // The mean itself is known only as well as so few days tell it.
  const spread = ninetyPercent * Math.sqrt(variance * daysLeft * (1 + daysLeft / days.length));
  const likely = used + mean * daysLeft;
  return {
    likely: Math.round(likely),
    low: Math.round(Math.max(used, likely - spread)),
    high: Math.round(likely + spread),
  };
}
