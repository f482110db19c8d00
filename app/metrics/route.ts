import { requireMetricsReader } from "@/lib/auth/require-metrics-reader";
import { metrics } from "@/lib/health/metrics";
import { route } from "@/lib/http/respond";

export const GET = route(async (request) => {
  await requireMetricsReader(request);
  const { registry } = metrics();
  return new Response(await registry.metrics(), { headers: { "content-type": registry.contentType } });
});
