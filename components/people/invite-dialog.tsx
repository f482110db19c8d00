"use client";

import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { SelectField } from "@/components/ui/select-field";
import { TextField } from "@/components/ui/text-field";
import { useForm } from "@/components/ui/use-form";
import type { InvitedPerson, PersonRole } from "@/lib/people/schema";
import type { PeopleScope } from "./scope";
import { usePeopleChanges } from "./use-people-changes";

type InviteDialogProps = { scope: PeopleScope; onClose: () => void; onInvited: (invited: InvitedPerson) => void };

export function InviteDialog({ scope, onClose, onInvited }: InviteDialogProps) {
  const { invite } = usePeopleChanges(scope);
  const form = useForm({
    initial: { name: "", email: "", role: scope.roles[0].value },
    draft: `invite-${scope.url}`,
    onSubmit: async (values) => onInvited(await invite(values)),
  });
  const role = form.field("role");

  function cancel() {
    form.discard();
    onClose();
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`Invite to ${scope.place}`}>
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <TextField label="Name" {...form.field("name")} />
        <TextField label="E-mail" type="email" {...form.field("email")} />
        <SelectField
          label="Role"
          {...role}
          onChange={(value) => role.onChange(value as PersonRole)}
          options={scope.roles}
        />
        <FormActions busy={form.busy} onCancel={cancel}>
          Invite
        </FormActions>
      </form>
    </Dialog>
  );
}
