import { queryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { PersonList } from "@/lib/people/schema";
import type { PeopleScope } from "./scope";

export function peopleQuery({ url, queryKey }: PeopleScope) {
  return queryOptions({ queryKey, queryFn: ({ signal }) => getJson<PersonList>(url, { signal }) });
}
