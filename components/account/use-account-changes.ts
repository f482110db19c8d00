"use client";

import { useQueryClient } from "@tanstack/react-query";
import { sendJson } from "@/lib/http/client";
import type { Enrolment, RecoveryCodes } from "@/lib/second-step/schema";
import { accountQueries } from "./queries";

const own = "/api/auth/me";

export function useAccountChanges() {
  const queryClient = useQueryClient();

  async function changed<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    await queryClient.invalidateQueries({ queryKey: accountQueries.all() });
    return result;
  }

  /** Recovery codes are told once, so that they wait for nothing else. */
  async function told<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    void queryClient.invalidateQueries({ queryKey: accountQueries.all() });
    return result;
  }

  return {
    changePassword: (input: { password: string; newPassword: string }) =>
      changed(sendJson("POST", `${own}/password`, input)),
    signOutEverywhere: () => sendJson("DELETE", `${own}/sessions`),
    startSecondStep: (password: string) => sendJson<Enrolment>("POST", `${own}/second-step`, { password }),
    confirmSecondStep: (code: string) =>
      told(sendJson<RecoveryCodes>("POST", `${own}/second-step/confirmation`, { code })),
    stopSecondStep: (password: string) => changed(sendJson("POST", `${own}/second-step/removal`, { password })),
  };
}
