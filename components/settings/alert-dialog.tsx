"use client";

import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { TextAreaField } from "@/components/ui/text-area-field";
import { showToast } from "@/components/ui/toast";
import { FieldError, useForm } from "@/components/ui/use-form";
import { type Settings, updateSettingsInput } from "@/lib/agency/schema";
import { getJson } from "@/lib/http/client";
import { email } from "@/lib/http/fields";
import { useSettingsChanges } from "./use-settings-changes";

export function AlertDialog({ settings, onClose }: { settings: Settings; onClose: () => void }) {
  const { update } = useSettingsChanges();
  const form = useForm({
    initial: valuesOf(settings),
    edited: { entity: settings, load: () => getJson<Settings>("/api/admin/settings"), valuesOf },
    onSubmit: async (values, seen) => {
      const input = { alertRecipients: addressesIn(values.alertRecipients) };
      updateSettingsInput.parse(input);
      await update(input, seen);
      showToast({ title: "Saved" });
      onClose();
    },
  });

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Alerts by e-mail">
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <p className="text-muted">
          Sent when a limit per day or month of a client or a key comes near (the plan says from which share on), and
          when it is used up. What comes within ten minutes is one mail.
        </p>
        <TextAreaField
          label="Who is told"
          rows={3}
          inputMode="email"
          autoCapitalize="off"
          spellCheck={false}
          placeholder="ops@example.com"
          help="E-mail addresses, one per line. Empty: nobody."
          {...form.field("alertRecipients")}
        />
        <FormActions busy={form.busy} onCancel={onClose}>
          Save
        </FormActions>
      </form>
    </Dialog>
  );
}

function valuesOf({ alertRecipients }: Settings) {
  return { alertRecipients: alertRecipients.join("\n") };
}

/** @throws FieldError, which names the first that is none. */
function addressesIn(text: string): string[] {
  const addresses = text.split(/[\s,;]+/).filter(Boolean);
  const wrong = addresses.find((address) => !email.safeParse(address).success);
  if (wrong !== undefined) throw new FieldError("alertRecipients", `“${wrong}” is not an e-mail address`);
  return addresses;
}
