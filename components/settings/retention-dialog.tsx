"use client";

import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import type { Settings } from "@/lib/agency/schema";
import { getJson } from "@/lib/http/client";
import { monthsText, readMonths, requireMonths } from "./months";
import { RetentionPreviewNote } from "./retention-preview-note";
import { useSettingsChanges } from "./use-settings-changes";

/** How long the calls of all clients are kept that have no time of their own. */
export function RetentionDialog({ settings, onClose }: { settings: Settings; onClose: () => void }) {
  const { update } = useSettingsChanges();
  const form = useForm({
    initial: valuesOf(settings),
    edited: { entity: settings, load: () => getJson<Settings>("/api/admin/settings"), valuesOf },
    onSubmit: async (values, seen) => {
      await update({ retentionMonths: requireMonths(values.months) }, seen);
      showToast({ title: "Saved" });
      onClose();
    },
  });
  const chosen = readMonths(form.values.months);

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="How long calls are kept">
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <TextField
          label="Months before the present one"
          inputMode="numeric"
          help="Empty keeps them for ever. Exceptions stay as they are."
          {...form.field("months")}
        />
        {chosen !== undefined && <RetentionPreviewNote months={chosen} tenantId={null} />}
        <FormActions busy={form.busy} onCancel={onClose}>
          Save
        </FormActions>
      </form>
    </Dialog>
  );
}

function valuesOf({ retentionMonths }: Settings) {
  return { months: monthsText(retentionMonths) };
}
