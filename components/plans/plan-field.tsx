"use client";

import { useQuery } from "@tanstack/react-query";
import { SelectField } from "@/components/ui/select-field";
import { limitsInWords } from "./plan-words";
import { planQueries } from "./queries";

const defaultPlan = "default";

type PlanFieldProps = {
  /** A plan's id; empty for the default plan. */
  value: string;
  onChange: (planId: string) => void;
  error?: string | undefined;
  /** Whether a tenant may be left to the default plan. */
  withDefault?: boolean;
};

export function PlanField({ value, onChange, error, withDefault }: PlanFieldProps) {
  const { data } = useQuery(planQueries.list());
  const plans = data?.items ?? [];
  const fallback = plans.find(({ isDefault }) => isDefault);
  const offered = plans.filter(({ id, retiredAt }) => retiredAt === null || id === value);
  const choices = offered.map((plan) => ({ value: plan.id, label: plan.name, detail: limitsInWords(plan) }));
  const unchosen = {
    value: defaultPlan,
    label: fallback ? `Default plan (${fallback.name})` : "No plan (nothing is limited)",
  };

  return (
    <SelectField
      label="Plan"
      error={error}
      help={
        data && plans.length === 0
          ? "There is no plan yet. You can add one under Plans and choose it later."
          : undefined
      }
      value={value === "" && withDefault ? defaultPlan : value}
      onChange={(choice) => onChange(choice === defaultPlan ? "" : choice)}
      options={withDefault ? [unchosen, ...choices] : choices}
      placeholder={data ? "Choose a plan" : "Loading plans"}
    />
  );
}
