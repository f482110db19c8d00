import { expect, test } from "vitest";
import { headroomOf } from "@/components/usage/headroom";
import type { QuotaLimit } from "@/lib/tenants/schema";
import { api } from "../../api";
import { makeKey, makePlan, makeTenant } from "../../factories";
import { useGateway } from "../../gateway";
import { quietClock } from "../../quiet-clock";

const { post } = useGateway();

test.each(
  ["America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati"].flatMap((timeZone) => [
    { timeZone, window: "day", limit: { dailyRequestLimit: 1 } },
    { timeZone, window: "month", limit: { monthlyRequestLimit: 1 } },
  ]),
)(
  "the reset of a limit of the $window that the screen shows in $timeZone is the one that a refusal tells",
  async ({ timeZone, window, limit }) => {
    const { id: planId } = await makePlan(limit);
    const { id: tenantId } = await makeTenant({ planId, timeZone });
    const { secret } = await makeKey(tenantId);
    await quietClock({ forMs: 20_000 });

    const { body: quota } = await api("GET", "/api/usage/quota", { as: { bearer: secret } });
    const [shown] = quota.limits as QuotaLimit[];
    expect(shown).toMatchObject({ metric: "requests", window });
    const call = () => post({ secret }, "/openai/v1/chat/completions", { model: "gpt-4o-mini", messages: [] });
    expect((await call()).status).toBe(200);
    const { error } = await (await call()).json();
    const [, date, clock, zone] = /It renews at (\S+) (\S+) (\S+) \(in /.exec(error.message) ?? [];

    const local = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone });
    expect(`${date} ${clock} ${zone}`).toBe(`${local.format(new Date((shown as QuotaLimit).resetsAt))} ${timeZone}`);
    expect(clock).toBe("00:00");
    const { words } = headroomOf({
      limit: shown as QuotaLimit,
      timeZone: quota.timeZone,
      currency: null,
      nearLimitPercent: 80,
      now: new Date(),
    });
    expect(words.renewal).toMatch(new RegExp(`^renews .*\\b${clock} ${timeZone} \\(in `));
  },
);
