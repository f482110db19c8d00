"use client";

import { useViewer } from "@/components/shell/viewer";
import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { InstantField } from "@/components/ui/instant-field";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import { createPriceInput, type ModelPrice } from "@/lib/prices/schema";
import type { Provider } from "@/lib/providers/schema";
import { inputOf, valuesOf } from "./price-values";
import { loadPrice } from "./queries";
import { useProviderChanges } from "./use-provider-changes";

type PriceFormDialogProps = {
  provider: Provider;
  /** A price that has not begun, to change it. */
  price?: ModelPrice;
  /** A price that a new one follows. */
  after?: ModelPrice;
  onClose: () => void;
};

export function PriceFormDialog({ provider, price, after, onClose }: PriceFormDialogProps) {
  const { agency } = useViewer();
  const { addPrice, updatePrice } = useProviderChanges();
  const { timeZone } = agency;
  const form = useForm({
    initial: { ...valuesOf(price ?? after, timeZone), ...(!price && { validFrom: "" }) },
    draft: price || after ? undefined : `new-price-${provider.id}`,
    edited: price && { entity: price, load: () => loadPrice(price), valuesOf: (of) => valuesOf(of, timeZone) },
    onSubmit: async (values, seen) => {
      const input = inputOf(values, timeZone);
      createPriceInput.parse(input);
      await (seen ? updatePrice(seen, input) : addPrice(provider.id, input));
      showToast({ title: `The price of ${input.modelPattern} is saved` });
      onClose();
    },
  });
  const rate = (label: string) => ({ label: `${label} (${agency.currency})`, inputMode: "decimal" as const });

  function cancel() {
    form.discard();
    onClose();
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={after ? `New price of ${after.modelPattern}` : price ? `Edit price of ${price.modelPattern}` : "Add price"}
      description={`What you pay ${provider.name} for a million tokens. Calls that were made keep their cost.`}
    >
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <TextField
          label="Models"
          help="A name, or a pattern with * such as gpt-4o*. The most exact one that covers a model counts."
          spellCheck={false}
          disabled={after !== undefined}
          {...form.field("modelPattern")}
        />
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <TextField {...rate("Input")} {...form.field("inputMicroUsd")} />
          <TextField {...rate("Output")} help="Reasoning included." {...form.field("outputMicroUsd")} />
          <TextField
            {...rate("Cached input")}
            optional
            help="Empty: as input."
            {...form.field("cachedInputMicroUsd")}
          />
          <TextField
            {...rate("Cache write")}
            optional
            help="For five minutes or an hour alike. Empty: as input."
            {...form.field("cacheWriteMicroUsd")}
          />
        </div>
        <InstantField label="Valid from" timeZone={timeZone} whenEmpty="From now on" {...form.field("validFrom")} />
        <FormActions busy={form.busy} onCancel={cancel}>
          Save price
        </FormActions>
      </form>
    </Dialog>
  );
}
