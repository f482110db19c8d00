"use client";

import { useQueryClient } from "@tanstack/react-query";
import { sendJson } from "@/lib/http/client";
import type { Invitation, InvitedPerson, Person, PersonRole } from "@/lib/people/schema";
import type { PeopleScope } from "./scope";

export function usePeopleChanges({ url, queryKey }: PeopleScope) {
  const queryClient = useQueryClient();

  async function changed<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    await queryClient.invalidateQueries({ queryKey });
    return result;
  }

  return {
    invite: (input: { name: string; email: string; role: PersonRole }) =>
      changed(sendJson<InvitedPerson>("POST", url, input)),
    changeRole: (userId: string, role: PersonRole) => changed(sendJson<Person>("PATCH", `${url}/${userId}`, { role })),
    remove: (userId: string) => changed(sendJson("DELETE", `${url}/${userId}`)),
    renewLink: (userId: string) => sendJson<Invitation>("POST", `${url}/${userId}/link`),
    resetSecondStep: (userId: string) => changed(sendJson("DELETE", `${url}/${userId}/second-step`)),
    signOut: (userId: string) => sendJson("DELETE", `${url}/${userId}/sessions`),
  };
}
