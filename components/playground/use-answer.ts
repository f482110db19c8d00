"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { tenantQueries } from "@/components/tenants/queries";
import { messageOf } from "@/components/ui/message-of";
import { ownPagesKey } from "@/components/usage/own-page";
import { usageQueries } from "@/components/usage/queries";
import { streamJson } from "@/lib/http/client";
import type { PlaygroundEnd, PlaygroundEvent, PlaygroundInput } from "@/lib/playground/schema";

export type Answer = {
  state: "waiting" | "streaming" | "done" | "stopped" | "failed";
  text: string;
  end: PlaygroundEnd | null;
  failure: string | null;
};

/** One question at a time, and what comes of it. Leaving the page stops it, as a client that hangs up does. */
export function useAnswer(tenantSlug: string) {
  const queryClient = useQueryClient();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const asking = useRef<AbortController | null>(null);
  useEffect(() => () => asking.current?.abort(), []);

  /** @throws what was wrong with the question itself; what else goes wrong becomes part of the answer. */
  async function ask(input: PlaygroundInput): Promise<void> {
    const { signal } = begin();
    try {
      for await (const event of streamJson<PlaygroundEvent>(`/api/playground?tenant=${tenantSlug}`, input, {
        signal,
      })) {
        setAnswer((current) => current && withEvent(current, event));
      }
      setAnswer((current) => current && { ...current, state: current.failure === null ? "done" : "failed" });
    } catch (error) {
      if (signal.aborted) return setAnswer((current) => current && { ...current, state: "stopped" });
      setAnswer((current) => current && { ...current, state: "failed", failure: messageOf(error) });
    } finally {
      // The parts of a client's page are told together; others are asked when they are next looked at.
      void queryClient.invalidateQueries({ queryKey: usageQueries.all(), refetchType: "none" });
      void queryClient.invalidateQueries({ queryKey: ownPagesKey });
      void queryClient.invalidateQueries({ queryKey: tenantQueries.all() });
    }
  }

  function begin(): AbortController {
    asking.current?.abort();
    asking.current = new AbortController();
    setAnswer({ state: "waiting", text: "", end: null, failure: null });
    return asking.current;
  }

  return { answer, ask, stop: () => asking.current?.abort() };
}

function withEvent(answer: Answer, event: PlaygroundEvent): Answer {
  if (event.type === "end") return { ...answer, end: event.end };
  if (event.type === "failure") return { ...answer, failure: event.message };
  return { ...answer, state: "streaming", text: answer.text + event.text };
}
