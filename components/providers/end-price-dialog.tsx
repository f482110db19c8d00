"use client";

import { useViewer } from "@/components/shell/viewer";
import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { InstantField } from "@/components/ui/instant-field";
import { instantOf, localTextOf } from "@/components/ui/local-instant";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import type { ModelPrice } from "@/lib/prices/schema";
import { loadPrice } from "./queries";
import { useProviderChanges } from "./use-provider-changes";

export function EndPriceDialog({ price, onClose }: { price: ModelPrice; onClose: () => void }) {
  const { timeZone } = useViewer().agency;
  const { updatePrice } = useProviderChanges();
  const valuesOf = ({ validTo }: ModelPrice) => ({ validTo: localTextOf(validTo, timeZone) });
  const form = useForm({
    initial: valuesOf(price),
    edited: { entity: price, load: () => loadPrice(price), valuesOf },
    onSubmit: async (values, seen) => {
      const validTo = instantOf(values, "validTo", timeZone) ?? new Date().toISOString();
      await updatePrice(seen, { validTo });
      showToast({ title: `The price of ${price.modelPattern} has an end` });
      onClose();
    },
  });

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`End the price of ${price.modelPattern}?`}
      description="From then on these models cost what a wider pattern says, or the bundled price list. Where there is none they are unpriced: a limit of cost then refuses their calls, or lets them pass, as the plan has it."
    >
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <InstantField label="Ends" timeZone={timeZone} whenEmpty="Now" {...form.field("validTo")} />
        <FormActions busy={form.busy} onCancel={onClose}>
          End price
        </FormActions>
      </form>
    </Dialog>
  );
}
