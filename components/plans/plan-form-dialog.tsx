"use client";

import { useViewer } from "@/components/shell/viewer";
import { AmountField } from "@/components/ui/amount-field";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { SelectField } from "@/components/ui/select-field";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import { getJson } from "@/lib/http/client";
import { createPlanInput, type Plan } from "@/lib/plans/schema";
import { PlanEffect } from "./plan-effect";
import { asAgency, inputOf, type PlanValues, valuesOf } from "./plan-values";
import { usePlanChanges } from "./use-plan-changes";

const unpricedChoices = [
  { value: asAgency, label: "As under Settings" },
  { value: "refuse", label: "Refuse their calls" },
  { value: "pass", label: "Let their calls pass, uncounted" },
];

type PlanFormDialogProps = {
  /** The plan to change. */
  plan?: Plan;
  /** The plan that a new one starts from. */
  copyOf?: Plan;
  onClose: () => void;
};

export function PlanFormDialog({ plan, copyOf, onClose }: PlanFormDialogProps) {
  const { agency } = useViewer();
  const { create, update } = usePlanChanges();
  const currency = plan?.currency ?? agency.currency;
  const form = useForm({
    initial: valuesOf(plan ?? (copyOf && { ...copyOf, name: `Copy of ${copyOf.name}`, isDefault: false })),
    draft: plan || copyOf ? undefined : "new-plan",
    edited: plan && { entity: plan, load: () => getJson<Plan>(`/api/admin/plans/${plan.id}`), valuesOf },
    onSubmit: async (values, seen) => {
      const input = createPlanInput.parse(inputOf(values, currency));
      if (seen) await update(seen, input);
      else await create(input);
      showToast({ title: plan ? `${input.name} is saved` : `${input.name} is created` });
      onClose();
    },
  });

  function cancel() {
    form.discard();
    onClose();
  }

  return (
    <Dialog
      open
      width="wide"
      onOpenChange={(open) => !open && onClose()}
      title={plan ? `Edit ${plan.name}` : "New plan"}
      description={
        plan && plan.subscriptionCount > 0
          ? "Changed limits bind its clients' next calls. What was used still counts."
          : undefined
      }
    >
      <form {...form.formProps} className="grid gap-5">
        <FormErrorSummary message={form.failure} />
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <TextField label="Name" placeholder="Business" {...form.field("name")} />
          <TextField
            label={`Fee a month (${currency})`}
            optional
            inputMode="decimal"
            placeholder="0"
            {...form.field("feeCents")}
          />
          <AmountField label="Daily token limit" unit="token" {...form.field("dailyTokenLimit")} />
          <AmountField label="Monthly token limit" unit="token" {...form.field("monthlyTokenLimit")} />
          <AmountField label="Daily request limit" unit="call" {...form.field("dailyRequestLimit")} />
          <AmountField label="Monthly request limit" unit="call" {...form.field("monthlyRequestLimit")} />
          <AmountField label="Requests per minute" unit="call" {...form.field("requestsPerMinute")} />
          <TextField
            label={`Monthly cost limit (${currency})`}
            inputMode="decimal"
            placeholder="No limit"
            help="Of what the provider charges; needs a price for the model."
            {...form.field("monthlyCostLimitMicroUsd")}
          />
          <TextField
            label="Near-limit mark in percent"
            inputMode="numeric"
            help="From which share of a limit a client counts as near it."
            {...form.field("nearLimitPercent")}
          />
          <AmountField
            label="Answer size to reserve"
            unit="token"
            whenEmpty="1,024 tokens"
            whenZero="At least 1 is reserved"
            {...form.field("defaultOutputTokens")}
          />
        </div>
        <SelectField
          label="Models without a price"
          help="Only where cost is limited: what a call costs nobody knows cannot be counted."
          value={form.values.unpricedPolicy}
          onChange={(choice) => form.change({ unpricedPolicy: choice as PlanValues["unpricedPolicy"] })}
          options={unpricedChoices}
        />
        <TextField
          label="Allowed models"
          optional
          help="Names with * for any ending, such as gpt-4o*, separated by commas. Empty allows every model."
          {...form.field("allowedModels")}
        />
        <Checkbox
          label="Strict"
          help="Reserves input at its upper bound, so that no answer can pass a limit. Calls are refused a little earlier."
          checked={form.values.strict}
          onChange={form.field("strict").onChange}
        />
        <Checkbox
          label="Default plan"
          help={`For clients that are on no other plan.${plan?.isDefault ? " It stays this one until another plan becomes it." : ""}`}
          checked={form.values.isDefault}
          disabled={plan?.isDefault}
          onChange={form.field("isDefault").onChange}
        />
        {plan && <PlanEffect plan={plan} values={form.values} />}
        <FormActions busy={form.busy} onCancel={cancel}>
          {plan ? "Save plan" : "Create plan"}
        </FormActions>
      </form>
    </Dialog>
  );
}
