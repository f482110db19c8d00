import { changeLogo, mostLogoBytes, removeLogo } from "@/lib/agency/logo";
import { requireOwner } from "@/lib/auth/require-staff";
import { readBytes } from "@/lib/http/read-input";
import { noContent, route } from "@/lib/http/respond";

export const PUT = route(async (request) => {
  const actor = await requireOwner(request);
  const bytes = await readBytes(request, mostLogoBytes);

  await changeLogo({ bytes, actor, now: new Date() });
  return noContent();
});

export const DELETE = route(async (request) => {
  const actor = await requireOwner(request);

  await removeLogo({ actor, now: new Date() });
  return noContent();
});
