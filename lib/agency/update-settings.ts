import type { z } from "zod";
import { changedFields } from "../audit/changed-fields";
import type { Actor } from "../auth/require-staff";
import { requireMatch } from "../http/etag";
import { changeAgency } from "./change-agency";
import type { Settings, updateSettingsInput } from "./schema";
import { readSettings, saveSettings } from "./store";

type UpdateSettings = { input: z.output<typeof updateSettingsInput>; ifMatch?: string | null; actor: Actor; now: Date };

/**
 * Changes who the agency is and what the agency has decided for all its clients. Calls admitted after this resolves obey it,
 * on any instance.
 * @throws AppError `precondition_failed` when they are not as `ifMatch` says.
 */
export async function updateSettings({ input, ifMatch = null, actor, now }: UpdateSettings): Promise<Settings> {
  return await changeAgency({ actor, now }, async (transaction) => {
    const settings = await readSettings(transaction);
    requireMatch(ifMatch, settings);
    const updated: Settings = { ...settings, ...input };
    await saveSettings(transaction, updated);
    const changes = changedFields(settings, updated);
    return { result: updated, event: changes && { action: "settings.updated", target: "settings", ...changes } };
  });
}
