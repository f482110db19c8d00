"use client";

import { AmountField } from "@/components/ui/amount-field";
import { amountOf, textOf } from "@/components/ui/amount-text";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { InstantField } from "@/components/ui/instant-field";
import { instantOf, localTextOf } from "@/components/ui/local-instant";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import { type ApiKey, type CreateKeyInput, createKeyInput, type KeyWithSecret } from "@/lib/keys/schema";
import type { Tenant } from "@/lib/tenants/schema";
import { useKeyChanges } from "./use-key-changes";

const limitFields = [
  { field: "dailyTokenLimit", label: "Daily token limit", unit: "token" },
  { field: "monthlyTokenLimit", label: "Monthly token limit", unit: "token" },
  { field: "dailyRequestLimit", label: "Daily request limit", unit: "call" },
  { field: "monthlyRequestLimit", label: "Monthly request limit", unit: "call" },
  { field: "requestsPerMinute", label: "Requests per minute", unit: "call" },
  { field: "concurrency", label: "Calls at the same time", unit: "call" },
] as const;

type KeyFormDialogProps = {
  tenant: Tenant;
  /** The key to change; without one a new key is made. */
  apiKey?: ApiKey;
  onClose: () => void;
  onCreated?: (key: KeyWithSecret) => void;
};

export function KeyFormDialog({ tenant, apiKey, onClose, onCreated }: KeyFormDialogProps) {
  const { create, update } = useKeyChanges(tenant.id);
  const form = useForm({
    initial: valuesOf(apiKey, tenant.timeZone),
    draft: apiKey ? undefined : `new-key-${tenant.id}`,
    onSubmit: async (values) => {
      const input = inputOf(values, tenant.timeZone);
      createKeyInput.parse(input);
      if (apiKey) {
        await update(apiKey.id, input);
        showToast({ title: `${input.name} is saved` });
        onClose();
      } else {
        onCreated?.(await create(input));
      }
    },
  });

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={apiKey ? `Edit ${apiKey.name}` : "New key"}
      description={apiKey ? undefined : `For an app of ${tenant.name}. It counts against the client's limits.`}
    >
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <TextField label="Name" help="Where it is used, such as “Shop” or “Chatbot”." {...form.field("name")} />
        <fieldset className="grid items-start gap-4 border-t border-line pt-4 sm:grid-cols-2">
          <legend className="sr-only">Limits of its own</legend>
          {limitFields.map(({ field, label, unit }) => (
            <AmountField key={field} label={label} unit={unit} {...form.field(field)} />
          ))}
        </fieldset>
        <InstantField
          label="Expires"
          timeZone={tenant.timeZone}
          whenEmpty="Never expires"
          {...form.field("expiresAt")}
        />
        <DialogActions>
          <Button
            onClick={() => {
              form.discard();
              onClose();
            }}
          >
            Cancel
          </Button>
          <Button type="submit" look="primary" busy={form.busy}>
            {apiKey ? "Save key" : "Create key"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

type Values = Record<"name" | "expiresAt" | (typeof limitFields)[number]["field"], string>;

function valuesOf(key: ApiKey | undefined, timeZone: string): Values {
  return {
    name: key?.name ?? "",
    dailyTokenLimit: textOf(key?.dailyTokenLimit),
    monthlyTokenLimit: textOf(key?.monthlyTokenLimit),
    dailyRequestLimit: textOf(key?.dailyRequestLimit),
    monthlyRequestLimit: textOf(key?.monthlyRequestLimit),
    requestsPerMinute: textOf(key?.requestsPerMinute),
    concurrency: textOf(key?.concurrency),
    expiresAt: localTextOf(key?.expiresAt ?? null, timeZone),
  };
}

function inputOf(values: Values, timeZone: string): CreateKeyInput {
  return {
    name: values.name,
    dailyTokenLimit: amountOf(values, "dailyTokenLimit"),
    monthlyTokenLimit: amountOf(values, "monthlyTokenLimit"),
    dailyRequestLimit: amountOf(values, "dailyRequestLimit"),
    monthlyRequestLimit: amountOf(values, "monthlyRequestLimit"),
    requestsPerMinute: amountOf(values, "requestsPerMinute"),
    concurrency: amountOf(values, "concurrency"),
    expiresAt: instantOf(values.expiresAt, timeZone),
  };
}
