import { requireAdmin } from "@/lib/auth/require-staff";
import { readId } from "@/lib/http/read-input";
import { route } from "@/lib/http/respond";
import { testProvider } from "@/lib/providers/test-provider";

export const POST = route<{ providerId: string }>(async (request, { params }) => {
  await requireAdmin(request);
  const providerId = readId((await params).providerId, "provider");

  return Response.json(await testProvider(providerId));
});
