import type { Headroom } from "@/lib/quota/types";

type Given = Partial<Omit<Headroom, "resetsAt" | "remaining">> & { resetsAt?: string };

/** A limit of the client on tokens per day, and how much of it is taken, unless a test says otherwise. */
export function headroomOf({ resetsAt = "2026-05-20T22:00:00.000Z", ...given }: Given): Headroom {
  const limit = {
    subject: "tenant",
    subjectId: "tenant",
    metric: "tokens",
    window: "day",
    cap: 100,
    origin: "plan",
    used: 0,
    reserved: 0,
    ...given,
  } as const;
  return { ...limit, remaining: Math.max(0, limit.cap - limit.used - limit.reserved), resetsAt: new Date(resetsAt) };
}
