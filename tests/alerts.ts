import { prisma } from "@/lib/db/client";
import { dayAt, monthAt } from "@/lib/quota/window";
import { api } from "./api";

/** How alerts are asked for, and what they are sent about. */

type Amounts = { tokens?: number; requests?: number; cost?: number; reserved?: number };

type Use = { tenantId: string; subjectId?: string; timeZone: string; at: Date; day?: Amounts; month?: Amounts };

/** As if a client, or a key of it, had used so much in the windows that `at` lies in. */
export async function setUse({
  tenantId,
  subjectId = tenantId,
  timeZone,
  at,
  day = {},
  month = {},
}: Use): Promise<void> {
  const windows = { day: dayAt(at, timeZone), month: monthAt(at, timeZone) };
  const counted = {
    dayStartsAt: windows.day.startsAt,
    dayEndsAt: windows.day.endsAt,
    dayTokensUsed: day.tokens ?? 0,
    dayTokensReserved: day.reserved ?? 0,
    dayRequestsUsed: day.requests ?? 0,
    dayCostUsed: day.cost ?? 0,
    monthStartsAt: windows.month.startsAt,
    monthEndsAt: windows.month.endsAt,
    monthTokensUsed: month.tokens ?? 0,
    monthTokensReserved: month.reserved ?? 0,
    monthRequestsUsed: month.requests ?? 0,
    monthCostUsed: month.cost ?? 0,
    minuteStartsAt: new Date(0),
    countedUntil: at,
  };
  await prisma().quotaCounter.upsert({
    where: { tenantId_subjectId: { tenantId, subjectId } },
    create: { tenantId, subjectId, version: 1, ...counted },
    update: counted,
  });
}

export async function tellByMail(...alertRecipients: string[]): Promise<void> {
  const { status } = await api("PATCH", "/api/admin/settings", { body: { alertRecipients } });
  if (status !== 200) throw new Error(`The recipients were not taken: ${status}`);
}
