"use client";

import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { SelectField } from "@/components/ui/select-field";
import { TextField } from "@/components/ui/text-field";
import { useForm } from "@/components/ui/use-form";
import { type AdminTokenScope, type AdminTokenWithSecret, createAdminTokenInput } from "@/lib/admin-tokens/schema";
import { useSettingsChanges } from "./use-settings-changes";

const scopes = [
  { value: "read", label: "Read only", detail: "Sees what a viewer sees." },
  { value: "write", label: "Read and change", detail: "Does what an admin does: all but team, settings and tokens." },
];

type NewTokenDialogProps = { onClose: () => void; onCreated: (token: AdminTokenWithSecret) => void };

export function NewTokenDialog({ onClose, onCreated }: NewTokenDialogProps) {
  const { createToken } = useSettingsChanges();
  const form = useForm({
    initial: { name: "", scope: "read" as AdminTokenScope },
    onSubmit: async (values) => onCreated(await createToken(createAdminTokenInput.parse(values))),
  });
  const scope = form.field("scope");

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="New token">
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <TextField label="Name" help="Which script uses it, such as “Invoices”." {...form.field("name")} />
        <SelectField
          label="It may"
          {...scope}
          onChange={(value) => scope.onChange(value as AdminTokenScope)}
          options={scopes}
        />
        <FormActions busy={form.busy} onCancel={onClose}>
          Create token
        </FormActions>
      </form>
    </Dialog>
  );
}
