"use client";

import { AmountField } from "@/components/ui/amount-field";
import { Button } from "@/components/ui/button";
import { FormErrorSummary } from "@/components/ui/field";
import { formatExact } from "@/components/ui/format-amount";
import { InstantField } from "@/components/ui/instant-field";
import { instantOf, localTextOf } from "@/components/ui/local-instant";
import { Notice } from "@/components/ui/notice";
import { parseAmount } from "@/components/ui/parse-amount";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import { FieldError, useForm } from "@/components/ui/use-form";
import { type Tenant, updateTenantInput } from "@/lib/tenants/schema";
import { useTenantChanges } from "./use-tenant-changes";

/** Sets or takes back the daily token limit by hand, which then replaces the plan's. */
export function OverrideForm({ tenant }: { tenant: Tenant }) {
  const { update, reload } = useTenantChanges();
  const isSet = tenant.dailyTokenLimit !== null;
  const form = useForm({
    draft: overrideDraft(tenant),
    initial: valuesOf(tenant),
    edited: { entity: tenant, load: () => reload(tenant.id), valuesOf },
    onSubmit: async (values, seen) => {
      const changes = {
        dailyTokenLimit: requiredAmount(values.dailyTokenLimit),
        dailyTokenLimitReason: values.dailyTokenLimitReason,
        dailyTokenLimitExpiresAt: futureInstant(values, tenant.timeZone),
      };
      updateTenantInput.parse(changes);
      form.begin(await update(tenant.id, changes, { ...tenant, ...overrideOf(seen) }));
      showToast({
        title: changes.dailyTokenLimit === 0 ? `Every call of ${tenant.name} is now refused` : "Override set",
      });
    },
  });
  const wouldBlockAll = tenant.dailyTokenLimit !== 0 && isZero(form.values.dailyTokenLimit);

  async function remove(_: unknown, seen: Tenant) {
    form.begin(await update(tenant.id, { dailyTokenLimit: null }, { ...tenant, ...overrideOf(seen) }));
    form.focusFirst();
    showToast({
      title: "Override removed",
      description: "The plan's limit is back.",
      onUndo: async () => form.begin(await update(tenant.id, overrideOf(seen))),
    });
  }

  return (
    <form {...form.formProps} className="grid max-w-xl gap-4 print:hidden">
      <FormErrorSummary message={form.failure} />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <AmountField
          label="Daily token limit"
          unit="token"
          whenEmpty="No override"
          {...form.field("dailyTokenLimit")}
        />
        <InstantField
          label="Expires"
          timeZone={tenant.timeZone}
          whenEmpty="Stays until you remove it"
          isAhead
          {...form.field("dailyTokenLimitExpiresAt")}
        />
      </div>
      <TextField
        label="Reason"
        optional
        help="For your colleagues; the client does not see it."
        {...form.field("dailyTokenLimitReason")}
      />
      {wouldBlockAll && (
        <Notice tone="near">
          0 blocks all: every call of {tenant.name} will be refused from the moment you set it.
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={form.busy}>
          Set override
        </Button>
        {isSet && <Button onClick={() => form.run(remove)}>Remove override</Button>}
      </div>
    </form>
  );
}

/** The name of what is written here and not saved. */
export function overrideDraft({ id }: Tenant): string {
  return `override-${id}`;
}

/** What this form is about; all else of the client is none of its business. */
function overrideOf({ dailyTokenLimit, dailyTokenLimitReason, dailyTokenLimitExpiresAt }: Tenant) {
  return { dailyTokenLimit, dailyTokenLimitReason, dailyTokenLimitExpiresAt };
}

function valuesOf({ dailyTokenLimit, dailyTokenLimitReason, dailyTokenLimitExpiresAt, timeZone }: Tenant) {
  return {
    dailyTokenLimit: dailyTokenLimit === null ? "" : formatExact(dailyTokenLimit),
    dailyTokenLimitReason: dailyTokenLimitReason ?? "",
    dailyTokenLimitExpiresAt: localTextOf(dailyTokenLimitExpiresAt, timeZone),
  };
}

function requiredAmount(text: string): number {
  const parsed = parseAmount(text);
  if (!parsed.valid) throw new FieldError("dailyTokenLimit", "This is not a whole number");
  if (parsed.amount === null)
    throw new FieldError("dailyTokenLimit", "Write the limit, such as 50k; 0 blocks every call");
  return parsed.amount;
}

function futureInstant(values: { dailyTokenLimitExpiresAt: string }, timeZone: string): string | null {
  const instant = instantOf(values, "dailyTokenLimitExpiresAt", timeZone);
  if (instant !== null && new Date(instant) <= new Date()) {
    throw new FieldError("dailyTokenLimitExpiresAt", "This is in the past");
  }
  return instant;
}

function isZero(text: string): boolean {
  const parsed = parseAmount(text);
  return parsed.valid && parsed.amount === 0;
}
