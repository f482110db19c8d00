"use client";

import { useQueryClient } from "@tanstack/react-query";
import { sendJson, sendOnce } from "@/lib/http/client";
import type { Invitation, InvitedPerson, Person, PersonRole } from "@/lib/people/schema";
import type { PeopleScope } from "./scope";

export function usePeopleChanges({ url, queryKey }: PeopleScope) {
  const queryClient = useQueryClient();

  async function changed<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    await queryClient.invalidateQueries({ queryKey });
    return result;
  }

  /** A link is told once, so that it waits for nothing else. */
  async function told<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    void queryClient.invalidateQueries({ queryKey });
    return result;
  }

  return {
    invite: (input: { name: string; email: string; role: PersonRole }) => told(sendOnce<InvitedPerson>(url, input)),
    /** Of a person as they were seen. */
    changeRole: (seen: Person, role: PersonRole) =>
      changed(sendJson<Person>("PATCH", `${url}/${seen.id}`, { role }, { seen })),
    remove: (userId: string) => changed(sendJson("DELETE", `${url}/${userId}`)),
    renewLink: (userId: string) => sendJson<Invitation>("POST", `${url}/${userId}/link`),
    resetSecondStep: (userId: string) => changed(sendJson("DELETE", `${url}/${userId}/second-step`)),
    signOut: (userId: string) => sendJson("DELETE", `${url}/${userId}/sessions`),
  };
}
