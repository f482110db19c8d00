import { requireAdmin } from "@/lib/auth/require-staff";
import { readId, readQuery } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { describeProblems } from "@/lib/import/problems";
import { receiveImport } from "@/lib/import/receive-import";
import { importQuery } from "@/lib/import/schema";

/** A file with mistakes is answered 400 with each of them, and nothing of it is written. */
export const POST = route<{ tenantId: string }>(async (request, { params }) => {
  const actor = await requireAdmin(request);
  const tenantId = readId((await params).tenantId, "client");
  const { zone = null, dryRun } = readQuery(request, importQuery);

  const report = await receiveImport({ tenantId, body: request.body, zone, dryRun, actor, now: new Date() });
  if (report.problems.length === 0) return Response.json(report);
  return Response.json({ error: describeProblems(report), ...report }, { status: 400 });
});
