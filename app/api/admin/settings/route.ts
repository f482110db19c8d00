import { updateSettingsInput } from "@/lib/agency/schema";
import { getSettings } from "@/lib/agency/store";
import { updateSettings } from "@/lib/agency/update-settings";
import { requireOwner, requireViewer } from "@/lib/auth/require-staff";
import { entityResponse, ifMatchOf } from "@/lib/http/etag";
import { readInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";

export const GET = route(async (request) => {
  await requireViewer(request);

  return entityResponse(await getSettings());
});

export const PATCH = route(async (request) => {
  const actor = await requireOwner(request);
  const input = await readInput(request, updateSettingsInput);

  return entityResponse(await updateSettings({ input, ifMatch: ifMatchOf(request), actor, now: new Date() }));
});
