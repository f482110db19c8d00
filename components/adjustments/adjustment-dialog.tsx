"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { keyQueries } from "@/components/keys/queries";
import { useViewer } from "@/components/shell/viewer";
import { tenantQueries } from "@/components/tenants/queries";
import { AmountField } from "@/components/ui/amount-field";
import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { InstantField } from "@/components/ui/instant-field";
import { SelectField } from "@/components/ui/select-field";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import { sendOnce } from "@/lib/http/client";
import type { Tenant } from "@/lib/tenants/schema";
import { createAdjustmentInput } from "@/lib/usage/adjustment-schema";
import { emptyValues, inputOf, wholeClient } from "./adjustment-values";
import { adjustmentQueries } from "./queries";

const directions = [
  { value: "less", label: "Take back", detail: "Too much was counted." },
  { value: "more", label: "Add", detail: "Too little was counted." },
];
const amountWords = { whenEmpty: "As it was counted", whenZero: "As it was counted" };

/** Corrects a wrong count by a row of its own, which says why. */
export function AdjustmentDialog({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const { agency } = useViewer();
  const queryClient = useQueryClient();
  const { data: keys } = useQuery(keyQueries.ofTenant(tenant.id));
  const form = useForm({
    initial: emptyValues,
    draft: `adjustment-${tenant.id}`,
    onSubmit: async (values) => {
      const input = inputOf(values, tenant.timeZone);
      createAdjustmentInput.parse(input);
      await sendOnce(`/api/admin/tenants/${tenant.id}/adjustments`, input);
      await Promise.all(
        [adjustmentQueries.all(), tenantQueries.all()].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
      );
      showToast({ title: "The count is corrected", description: "The next call is judged by it." });
      onClose();
    },
  });
  const direction = form.field("direction");

  function cancel() {
    form.discard();
    onClose();
  }

  return (
    <Dialog
      open
      width="wide"
      onOpenChange={(open) => !open && onClose()}
      title={`Correct a count of ${tenant.name}`}
      description="What was recorded stays; a row is added that says how much and why."
    >
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <SelectField
            label="Correction"
            {...direction}
            onChange={(value) => direction.onChange(value as "less" | "more")}
            options={directions}
          />
          <SelectField
            label="Counted for"
            {...form.field("subject")}
            options={[
              { value: wholeClient, label: "The client, no key" },
              ...(keys?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        </div>
        <div className="grid items-start gap-4 sm:grid-cols-3">
          <AmountField label="Tokens" unit="token" {...amountWords} {...form.field("tokens")} />
          <AmountField label="Calls" unit="call" {...amountWords} {...form.field("requests")} />
          <TextField
            label={`Cost (${agency.currency})`}
            inputMode="decimal"
            help="Such as 4 or 0.25"
            {...form.field("costMicroUsd")}
          />
        </div>
        <InstantField
          label="Counted at"
          timeZone={tenant.timeZone}
          whenEmpty="Now: it counts in today and this month"
          {...form.field("at")}
        />
        <TextField label="Reason" help="Stays on record beside your name." {...form.field("reason")} />
        <FormActions busy={form.busy} onCancel={cancel}>
          Correct the count
        </FormActions>
      </form>
    </Dialog>
  );
}
