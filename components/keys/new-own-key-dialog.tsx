"use client";

import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { TextField } from "@/components/ui/text-field";
import { useForm } from "@/components/ui/use-form";
import { createOwnKeyInput } from "@/lib/keys/schema";

type NewOwnKeyDialogProps = { onClose: () => void; onSubmit: (name: string) => Promise<void> };

/** Asks a client's manager for the name of a new key. */
export function NewOwnKeyDialog({ onClose, onSubmit }: NewOwnKeyDialogProps) {
  const form = useForm({
    initial: { name: "" },
    onSubmit: async (values) => await onSubmit(createOwnKeyInput.parse(values).name),
  });

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="New key"
      description="For one of your apps. It counts against your limits."
    >
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <TextField label="Name" help="Where it is used, such as “Shop” or “Chatbot”." {...form.field("name")} />
        <FormActions busy={form.busy} onCancel={onClose}>
          Create key
        </FormActions>
      </form>
    </Dialog>
  );
}
