"use client";

import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import { useAccountChanges } from "./use-account-changes";

export function StopSecondStepDialog({ onClose }: { onClose: () => void }) {
  const { stopSecondStep } = useAccountChanges();
  const form = useForm({
    initial: { password: "" },
    onSubmit: async ({ password }) => {
      await stopSecondStep(password);
      showToast({ title: "The second step is off" });
      onClose();
    },
  });

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Turn off the second step?"
      description="Your password alone then lets in. Your recovery codes are good no more."
    >
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <TextField label="Password" type="password" autoComplete="current-password" {...form.field("password")} />
        <FormActions busy={form.busy} look="danger" onCancel={onClose}>
          Turn off
        </FormActions>
      </form>
    </Dialog>
  );
}
