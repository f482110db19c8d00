import { checkReadiness } from "@/lib/health/readiness";
import { route } from "@/lib/http/respond";

export const GET = route(async () => {
  const { ready, reason } = await checkReadiness();
  return ready
    ? Response.json({ status: "ok" })
    : Response.json({ status: "unavailable", reason }, { status: 503, headers: { "retry-after": "2" } });
});
