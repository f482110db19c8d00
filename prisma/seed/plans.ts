/** What the agency sells. */
export const planSeeds = [
  {
    name: "Starter",
    feeCents: 4_900,
    dailyTokenLimit: 100_000,
    monthlyTokenLimit: 2_500_000,
    requestsPerMinute: 60,
    monthlyCostLimitMicroUsd: null,
  },
  {
    name: "Business",
    feeCents: 24_900,
    dailyTokenLimit: 400_000,
    monthlyTokenLimit: 9_000_000,
    requestsPerMinute: 300,
    monthlyCostLimitMicroUsd: 60_000_000,
  },
  {
    name: "Scale",
    feeCents: 119_000,
    dailyTokenLimit: 3_000_000,
    monthlyTokenLimit: 60_000_000,
    requestsPerMinute: 1_200,
    monthlyCostLimitMicroUsd: 400_000_000,
  },
] as const;

export type PlanName = (typeof planSeeds)[number]["name"];

export function planSeedOf(name: PlanName): (typeof planSeeds)[number] {
  return planSeeds.find((plan) => plan.name === name) as (typeof planSeeds)[number];
}
