import { requireViewer } from "@/lib/auth/require-staff";
import { readId } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { readAttempts } from "@/lib/keys/read-attempts";
import { flushMetering } from "@/lib/metering/lifecycle";

type Params = { tenantId: string; keyId: string };

export const GET = route<Params>(async (request, { params }) => {
  await requireViewer(request);
  const { tenantId, keyId } = await params;
  const ids = { tenantId: readId(tenantId, "client"), keyId: readId(keyId, "key") };

  await flushMetering();
  return Response.json(await readAttempts({ ...ids, now: new Date() }));
});
