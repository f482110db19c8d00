import type { PersonRole } from "@/lib/people/schema";

type Role = { value: PersonRole; label: string; detail: string };

/** Whose people are shown: the agency's own, or a client's. */
export type PeopleScope = {
  url: string;
  queryKey: readonly string[];
  roles: [Role, ...Role[]];
  /** Where they belong: `the team`, `Acme`. */
  place: string;
};

export const teamScope: PeopleScope = {
  url: "/api/admin/team",
  queryKey: ["people", "team"],
  place: "the team",
  roles: [
    { value: "viewer", label: "Viewer", detail: "Sees everything, changes nothing." },
    { value: "admin", label: "Admin", detail: "Changes everything but team and settings." },
    { value: "owner", label: "Owner", detail: "Changes everything." },
  ],
};

export function scopeOfTenant({ id, name }: { id: string; name: string }): PeopleScope {
  return {
    url: `/api/admin/tenants/${id}/people`,
    queryKey: ["people", "tenant", id],
    place: name,
    roles: [
      { value: "member", label: "Member", detail: "Sees the client's usage." },
      { value: "manager", label: "Manager", detail: "Speaks for the client." },
    ],
  };
}
