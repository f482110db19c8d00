"use client";

import { useRouter } from "next/navigation";
import { PlanField } from "@/components/plans/plan-field";
import { useViewer } from "@/components/shell/viewer";
import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { TextField } from "@/components/ui/text-field";
import { TimeZoneField } from "@/components/ui/time-zone-field";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import { createTenantInput } from "@/lib/tenants/schema";
import { useTenantChanges } from "./use-tenant-changes";

export function NewTenantDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const { agency } = useViewer();
  const { create } = useTenantChanges();
  const form = useForm({
    initial: { name: "", planId: "", timeZone: agency.timeZone },
    draft: "new-tenant",
    onSubmit: async ({ name, planId, timeZone }) => {
      const input = { name, timeZone, ...(planId && { planId }) };
      createTenantInput.parse(input);
      const tenant = await create(input);
      showToast({ title: `${tenant.name} is set up`, description: "Create a key so that its app can make calls." });
      onClose();
      router.push(`/clients/${tenant.slug}/keys`);
    },
  });

  function cancel() {
    form.discard();
    onClose();
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="New client">
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <TextField label="Name" placeholder="Acme GmbH" {...form.field("name")} />
        <PlanField withDefault {...form.field("planId")} />
        <TimeZoneField help="Days and months begin at midnight there." {...form.field("timeZone")} />
        <FormActions busy={form.busy} onCancel={cancel}>
          Create client
        </FormActions>
      </form>
    </Dialog>
  );
}
