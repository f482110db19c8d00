"use client";

import { useQuery } from "@tanstack/react-query";
import { tenantQueries } from "@/components/tenants/queries";
import { AmountField } from "@/components/ui/amount-field";
import { amountOf, textOf } from "@/components/ui/amount-text";
import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { formatExact } from "@/components/ui/format-amount";
import { InstantField } from "@/components/ui/instant-field";
import { instantOf, localTextOf } from "@/components/ui/local-instant";
import { parseAmount } from "@/components/ui/parse-amount";
import { SelectField } from "@/components/ui/select-field";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import { getJson } from "@/lib/http/client";
import { type ApiKey, type CreateKeyInput, createKeyInput, type KeyWithSecret } from "@/lib/keys/schema";
import type { Tenant } from "@/lib/tenants/schema";
import { limitPairs } from "./limit-pairs";
import { useKeyChanges } from "./use-key-changes";

const limitFields = [
  { field: "dailyTokenLimit", label: "Daily token limit", unit: "token" },
  { field: "monthlyTokenLimit", label: "Monthly token limit", unit: "token" },
  { field: "dailyRequestLimit", label: "Daily request limit", unit: "call" },
  { field: "monthlyRequestLimit", label: "Monthly request limit", unit: "call" },
  { field: "requestsPerMinute", label: "Requests per minute", unit: "call" },
  { field: "concurrency", label: "Calls at the same time", unit: "call" },
] as const;

const noLimits = {
  dailyTokenLimit: null,
  monthlyTokenLimit: null,
  dailyRequestLimit: null,
  monthlyRequestLimit: null,
  requestsPerMinute: null,
};

const quotaStatuses = [
  { value: "429", label: "429 Too Many Requests", detail: "What SDKs expect." },
  { value: "402", label: "402 Payment Required", detail: "For clients that lose the text of a 429." },
];

type KeyFormDialogProps = {
  tenant: Tenant;
  /** The key to change; without one a new key is made. */
  apiKey?: ApiKey;
  onClose: () => void;
  onCreated?: (key: KeyWithSecret) => void;
};

export function KeyFormDialog({ tenant, apiKey, onClose, onCreated }: KeyFormDialogProps) {
  const { create, update } = useKeyChanges(tenant.id);
  const { data: quota } = useQuery(tenantQueries.quota(tenant.id));
  const pairs = limitPairs(noLimits, quota?.limits ?? []);
  const form = useForm({
    initial: valuesOf(apiKey, tenant.timeZone),
    draft: apiKey ? undefined : `new-key-${tenant.id}`,
    secret: ["secret"],
    edited: apiKey && {
      entity: apiKey,
      load: () => getJson<ApiKey>(`/api/admin/tenants/${tenant.id}/keys/${apiKey.id}`),
      valuesOf: (key) => valuesOf(key, tenant.timeZone),
    },
    onSubmit: async (values, seen) => {
      const input = inputOf(values, tenant.timeZone);
      createKeyInput.parse(input);
      if (seen) {
        // As it was, it may lie in the past by now, or have seconds that the form does not show.
        const { expiresAt, ...others } = input;
        const isSame = values.expiresAt === localTextOf(seen.expiresAt, tenant.timeZone);
        await update(seen, isSame ? others : input);
        showToast({ title: `${input.name} is saved` });
        onClose();
      } else {
        onCreated?.(await create(input));
      }
    },
  });

  /** The client's limit binds anyway: one that is met first leaves the key's own without effect. */
  function clientCap(field: keyof Values): string | undefined {
    const cap = pairs.find((pair) => pair.field === field)?.client ?? null;
    if (cap === null) return undefined;
    const own = parseAmount(form.values[field]);
    const isMoot = own.valid && own.amount !== null && own.amount >= cap;
    return `${isMoot ? "Met first" : "All keys of the client together"}: ${formatExact(cap)}${isMoot ? ", the client's limit" : ""}`;
  }

  function cancel() {
    form.discard();
    onClose();
  }

  return (
    <Dialog
      width="wide"
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
            <AmountField key={field} label={label} unit={unit} note={clientCap(field)} {...form.field(field)} />
          ))}
        </fieldset>
        <TextField
          label="Allowed models"
          optional
          help="Names with * for any ending, such as gpt-4o*, separated by commas. Empty allows all that the plan allows."
          {...form.field("allowedModels")}
        />
        <SelectField
          label="When a quota is used up, refuse with"
          options={quotaStatuses}
          {...form.field("quotaStatus")}
        />
        {!apiKey && (
          <TextField
            label="Existing secret"
            optional
            type="password"
            autoComplete="new-password"
            help="Only for an app that calls with a secret from before and keeps it. Its calls count as legacy. Empty: a new secret is made."
            {...form.field("secret")}
          />
        )}
        <InstantField
          label="Expires"
          timeZone={tenant.timeZone}
          whenEmpty="Never expires"
          isAhead
          {...form.field("expiresAt")}
        />
        <FormActions busy={form.busy} onCancel={cancel}>
          {apiKey ? "Save key" : "Create key"}
        </FormActions>
      </form>
    </Dialog>
  );
}

type Values = Record<
  "name" | "expiresAt" | "allowedModels" | "quotaStatus" | "secret" | (typeof limitFields)[number]["field"],
  string
>;

function valuesOf(key: ApiKey | undefined, timeZone: string): Values {
  return {
    name: key?.name ?? "",
    dailyTokenLimit: textOf(key?.dailyTokenLimit),
    monthlyTokenLimit: textOf(key?.monthlyTokenLimit),
    dailyRequestLimit: textOf(key?.dailyRequestLimit),
    monthlyRequestLimit: textOf(key?.monthlyRequestLimit),
    requestsPerMinute: textOf(key?.requestsPerMinute),
    concurrency: textOf(key?.concurrency),
    allowedModels: key?.allowedModels.join(", ") ?? "",
    quotaStatus: String(key?.quotaStatus ?? 429),
    secret: "",
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
    allowedModels: values.allowedModels.split(/[\s,]+/).filter(Boolean),
    quotaStatus: values.quotaStatus === "402" ? 402 : 429,
    expiresAt: instantOf(values, "expiresAt", timeZone),
    ...(values.secret && { secret: values.secret }),
  };
}
