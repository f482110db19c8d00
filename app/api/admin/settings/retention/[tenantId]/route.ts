import { requireOwner } from "@/lib/auth/require-staff";
import { changedResponse, ifMatchOf } from "@/lib/http/etag";
import { readId, readInput } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { changeTenantRetention } from "@/lib/retention/change-retention";
import { tenantRetentionInput } from "@/lib/retention/schema";

export const PUT = route<{ tenantId: string }>(async (request, { params }) => {
  const actor = await requireOwner(request);
  const tenantId = readId((await params).tenantId, "client");
  const { months } = await readInput(request, tenantRetentionInput);

  await changeTenantRetention({ tenantId, months, ifMatch: ifMatchOf(request), actor, now: new Date() });
  return changedResponse({ months });
});
