import type { z } from "zod";
import { changedFields } from "../audit/changed-fields";
import { recordEvent } from "../audit/store";
import type { Actor } from "../auth/require-staff";
import { inTransaction } from "../db/transaction";
import { bumpAgencyVersion } from "../providers/store";
import type { AgencySettings, updateSettingsInput } from "./schema";
import { lockSettings, saveSettings } from "./store";

type UpdateSettings = { input: z.output<typeof updateSettingsInput>; actor: Actor; now: Date };

/** Changes what the agency has decided for all its clients. Calls admitted after this resolves obey it, on any instance. */
export async function updateSettings({ input, actor, now }: UpdateSettings): Promise<AgencySettings> {
  return await inTransaction(async (transaction) => {
    const settings = await lockSettings(transaction);
    const updated: AgencySettings = { ...settings, ...input };
    const changes = changedFields(settings, updated);
    if (!changes) return settings;

    await saveSettings(transaction, updated);
    await bumpAgencyVersion(transaction);
    const event = { action: "settings.updated", target: "settings", ...changes };
    await recordEvent(transaction, { ...event, actor, now, tenantId: null });
    return updated;
  });
}
