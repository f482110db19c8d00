import type { AgencySettings } from "@/lib/agency/schema";

type Choice<Value extends string> = { value: Value; label: string; detail: string };

export const disconnectChoices: Choice<AgencySettings["disconnectPolicy"]>[] = [
  {
    value: "abort",
    label: "Stop the provider",
    detail: "What was delivered is counted, as an estimate. Costs the least.",
  },
  {
    value: "drain",
    label: "Read the answer to its end",
    detail: "Counts the exact number, and pays for tokens that nobody reads.",
  },
];

export const unpricedChoices: Choice<AgencySettings["unpricedPolicy"]>[] = [
  { value: "refuse", label: "Refuse", detail: "A cost limit then holds for every call that passes." },
  { value: "pass", label: "Let pass", detail: "The call does not count towards the limit of cost." },
];

export function labelOf<Value extends string>(choices: Choice<Value>[], value: Value): string {
  return choices.find((choice) => choice.value === value)?.label ?? value;
}
