"use client";

import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { Notice } from "@/components/ui/notice";
import { SelectField } from "@/components/ui/select-field";
import { useForm } from "@/components/ui/use-form";
import type { ApiKey, KeyWithSecret } from "@/lib/keys/schema";
import { useKeyChanges } from "./use-key-changes";

const graces = [
  { value: "0", label: "Not at all: it is refused at once" },
  { value: "3600", label: "For 1 hour" },
  { value: "86400", label: "For 1 day" },
  { value: "604800", label: "For 7 days" },
];

type RotateKeyDialogProps = { apiKey: ApiKey; onClose: () => void; onRotated: (key: KeyWithSecret) => void };

export function RotateKeyDialog({ apiKey, onClose, onRotated }: RotateKeyDialogProps) {
  const { rotate } = useKeyChanges(apiKey.tenantId);
  const form = useForm({
    initial: { graceSeconds: "86400" },
    onSubmit: async ({ graceSeconds }) => onRotated(await rotate(apiKey.id, Number(graceSeconds))),
  });

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Rotate ${apiKey.name}?`}
      description="The key gets a new secret and keeps its name, limits and history."
    >
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        {apiKey.previousSecretExpiresAt && (
          <Notice tone={apiKey.previousSecret?.lastUsedAt ? "near" : "info"}>
            The secret that was replaced before stops now.{" "}
            {apiKey.previousSecret?.lastUsedAt
              ? "An app still calls with it; its calls will be refused."
              : "No call has come with it since."}
          </Notice>
        )}
        <SelectField label="Old secret keeps working" options={graces} {...form.field("graceSeconds")} />
        <FormActions busy={form.busy} onCancel={onClose}>
          Rotate key
        </FormActions>
      </form>
    </Dialog>
  );
}
