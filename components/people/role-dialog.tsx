"use client";

import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { SelectField } from "@/components/ui/select-field";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import { AppError } from "@/lib/errors";
import { getJson } from "@/lib/http/client";
import type { Person, PersonList, PersonRole } from "@/lib/people/schema";
import type { PeopleScope } from "./scope";
import { usePeopleChanges } from "./use-people-changes";

export function RoleDialog({ person, scope, onClose }: { person: Person; scope: PeopleScope; onClose: () => void }) {
  const { changeRole } = usePeopleChanges(scope);
  const form = useForm({
    initial: valuesOf(person),
    edited: { entity: person, load, valuesOf },
    onSubmit: async ({ role }, seen) => {
      await changeRole(seen, role);
      showToast({ title: `${person.name} has a new role`, description: "It holds from the next request on." });
      onClose();
    },
  });
  const role = form.field("role");

  async function load(): Promise<Person> {
    const { items } = await getJson<PersonList>(scope.url);
    const found = items.find(({ id }) => id === person.id);
    if (!found) throw new AppError("not_found", `${person.name} no longer belongs to ${scope.place}.`);
    return found;
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`Role of ${person.name}`}>
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <SelectField
          label="Role"
          {...role}
          onChange={(value) => role.onChange(value as PersonRole)}
          options={scope.roles}
        />
        <FormActions busy={form.busy} onCancel={onClose}>
          Save role
        </FormActions>
      </form>
    </Dialog>
  );
}

function valuesOf({ role }: Person) {
  return { role };
}
