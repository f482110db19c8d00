"use client";

import type { ColumnDef } from "@tanstack/react-table";
import { KeyRound, LogOut, Smartphone, UserCog, UserMinus } from "lucide-react";
import type { ReactNode } from "react";
import { useViewer } from "@/components/shell/viewer";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { formatDate } from "@/components/ui/format-time";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import type { Person } from "@/lib/people/schema";
import type { PeopleScope } from "./scope";

export type PersonAction = "role" | "new-link" | "sign-out" | "second-step" | "remove";

type PeopleTableProps = {
  people: Person[] | undefined;
  scope: PeopleScope;
  /** Null for those who only read. */
  onAction: ((action: PersonAction, person: Person) => void) | null;
  empty: ReactNode;
};

export function PeopleTable({ people, scope, onAction, empty }: PeopleTableProps) {
  const { agency } = useViewer();

  return (
    <DataTable
      label={`People of ${scope.place}`}
      columns={columnsFor({ scope, onAction, timeZone: agency.timeZone })}
      rows={people}
      getRowId={({ id }) => id}
      empty={empty}
    />
  );
}

type Columns = Pick<PeopleTableProps, "scope" | "onAction"> & { timeZone: string };

function columnsFor({ scope, onAction, timeZone }: Columns): ColumnDef<Person>[] {
  return [
    {
      id: "name",
      header: "Name",
      meta: { className: "max-w-0 w-1/2 min-w-32 sm:w-1/4" },
      cell: ({ row: { original: person } }) => (
        <>
          <div className="flex min-w-0 items-center gap-2">
            <bdi className="truncate font-medium" title={person.name}>
              {person.name}
            </bdi>
            {person.state === "invited" && <Badge tone="near">Invited</Badge>}
            {person.hasSecondStep && <Badge>2-step</Badge>}
          </div>
          <span className="block truncate text-caption text-muted @table-sm:hidden">{person.email}</span>
        </>
      ),
    },
    {
      id: "email",
      header: "E-mail",
      meta: { from: "sm", className: "max-w-0 w-1/4 truncate" },
      cell: ({ row: { original: person } }) => <span title={person.email}>{person.email}</span>,
    },
    {
      id: "role",
      header: "Role",
      meta: { className: "whitespace-nowrap" },
      cell: ({ row: { original: person } }) => labelOf(scope, person),
    },
    {
      id: "created",
      header: "Since",
      meta: { from: "md", align: "end", cellClassName: "text-muted" },
      cell: ({ row: { original: person } }) => formatDate(new Date(person.createdAt), timeZone),
    },
    {
      id: "actions",
      header: () => <span className="sr-only">Actions</span>,
      meta: { align: "end", className: "w-12" },
      cell: ({ row: { original: person } }) => onAction && <PersonMenu person={person} onAction={onAction} />,
    },
  ];
}

function labelOf({ roles }: PeopleScope, { role }: Person): string {
  return roles.find(({ value }) => value === role)?.label ?? role;
}

function PersonMenu({ person, onAction }: { person: Person; onAction: NonNullable<PeopleTableProps["onAction"]> }) {
  return (
    <Menu label={`Actions for ${person.name}`}>
      <MenuItem icon={UserCog} onSelect={() => onAction("role", person)}>
        Change role
      </MenuItem>
      <MenuItem icon={KeyRound} onSelect={() => onAction("new-link", person)}>
        {person.state === "invited" ? "New invitation link" : "Link to a new password"}
      </MenuItem>
      <MenuItem icon={LogOut} onSelect={() => onAction("sign-out", person)}>
        Sign out everywhere
      </MenuItem>
      {person.hasSecondStep && (
        <MenuItem icon={Smartphone} onSelect={() => onAction("second-step", person)}>
          Reset second step
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem icon={UserMinus} danger onSelect={() => onAction("remove", person)}>
        Remove
      </MenuItem>
    </Menu>
  );
}
