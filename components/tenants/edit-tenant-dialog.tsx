"use client";

import { PlanField } from "@/components/plans/plan-field";
import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { TextField } from "@/components/ui/text-field";
import { TimeZoneField } from "@/components/ui/time-zone-field";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import { getJson } from "@/lib/http/client";
import { type Tenant, updateTenantInput } from "@/lib/tenants/schema";
import { useTenantChanges } from "./use-tenant-changes";

export function EditTenantDialog({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const { update, subscribe } = useTenantChanges();
  const form = useForm({
    initial: valuesOf(tenant),
    edited: { entity: tenant, load: () => getJson<Tenant>(`/api/admin/tenants/${tenant.id}`), valuesOf },
    onSubmit: async ({ name, planId, timeZone }, seen) => {
      const changes = { ...(name !== seen.name && { name }), ...(timeZone !== seen.timeZone && { timeZone }) };
      updateTenantInput.parse(changes);
      const current = Object.keys(changes).length > 0 ? await update(tenant.id, changes, seen) : seen;
      form.saw(current);
      if (planId && planId !== current.subscription?.planId) await subscribe(current, planId);
      showToast({ title: "Client saved" });
      onClose();
    },
  });

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`Edit ${tenant.name}`}>
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <TextField label="Name" {...form.field("name")} />
        <PlanField withDefault={tenant.subscription === null} {...form.field("planId")} />
        <TimeZoneField help="A change moves where the running day and month end." {...form.field("timeZone")} />
        <FormActions busy={form.busy} onCancel={onClose}>
          Save client
        </FormActions>
      </form>
    </Dialog>
  );
}

function valuesOf({ name, subscription, timeZone }: Tenant) {
  return { name, planId: subscription?.planId ?? "", timeZone };
}
