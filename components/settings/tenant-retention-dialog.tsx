"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tenantQueries } from "@/components/tenants/queries";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import { getJson } from "@/lib/http/client";
import type { Retention, TenantRetention } from "@/lib/retention/schema";
import { monthsText, readMonths, requireMonths } from "./months";
import { RetentionPreviewNote } from "./retention-preview-note";
import { useSettingsChanges } from "./use-settings-changes";

type TenantRetentionDialogProps = {
  /** Null for one that is yet to be chosen. */
  tenant: TenantRetention | null;
  /** All that there are. */
  exceptions: TenantRetention[];
  onClose: () => void;
};

type Chosen = { tenantId: string; tenantName: string; months: number | null };

/** How long the calls of one client are kept, where that is not as long as the others'. */
export function TenantRetentionDialog({ tenant, exceptions, onClose }: TenantRetentionDialogProps) {
  const [chosen, setChosen] = useState<Chosen | null>(tenant);

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={chosen ? `How long calls of ${chosen.tenantName} are kept` : "Exception for a client"}
    >
      {chosen ? (
        <MonthsForm tenant={chosen} onClose={onClose} />
      ) : (
        <TenantSearch onChoose={(found) => setChosen({ ...found, months: monthsOf(exceptions, found) })} />
      )}
    </Dialog>
  );
}

const shownAtMost = 6;

type Found = Omit<Chosen, "months">;

function TenantSearch({ onChoose }: { onChoose: (tenant: Found) => void }) {
  const [search, setSearch] = useState("");
  const { data } = useQuery({
    ...tenantQueries.list({ search, limit: shownAtMost }),
    enabled: search.trim() !== "",
    refetchInterval: false,
  });
  const found = search.trim() === "" ? [] : (data?.items ?? []);

  return (
    <div className="grid gap-3">
      <TextField label="Client" value={search} onChange={setSearch} autoFocus help="A part of its name." />
      <ul aria-label="Clients found" className="grid grid-cols-[minmax(0,1fr)] gap-1">
        {found.map(({ id, name }) => (
          <li key={id}>
            <Button look="quiet" className="max-w-full" onClick={() => onChoose({ tenantId: id, tenantName: name })}>
              <bdi className="truncate">{name}</bdi>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function MonthsForm({ tenant, onClose }: { tenant: Chosen; onClose: () => void }) {
  const { keepTenantFor } = useSettingsChanges();
  const form = useForm({
    initial: valuesOf(tenant),
    edited: { entity: { months: tenant.months }, load: () => loadMonths(tenant), valuesOf },
    onSubmit: async (values, seen) => {
      await keepTenantFor(tenant.tenantId, requireMonths(values.months), seen);
      showToast({ title: "Saved" });
      onClose();
    },
  });
  const months = readMonths(form.values.months);

  return (
    <form {...form.formProps} className="grid gap-4">
      <FormErrorSummary message={form.failure} />
      <TextField
        label="Months before the present one"
        inputMode="numeric"
        autoFocus
        help="Empty: as long as the others'."
        {...form.field("months")}
      />
      {months !== undefined && <RetentionPreviewNote months={months} tenantId={tenant.tenantId} />}
      <FormActions busy={form.busy} onCancel={onClose}>
        Save
      </FormActions>
    </form>
  );
}

function valuesOf({ months }: { months: number | null }) {
  return { months: monthsText(months) };
}

async function loadMonths(tenant: Found): Promise<{ months: number | null }> {
  const { tenants } = await getJson<Retention>("/api/admin/settings/retention");
  return { months: monthsOf(tenants, tenant) };
}

function monthsOf(exceptions: TenantRetention[], { tenantId }: Found): number | null {
  return exceptions.find((exception) => exception.tenantId === tenantId)?.months ?? null;
}
