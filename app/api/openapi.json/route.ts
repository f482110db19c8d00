import { route } from "@/lib/http/respond";
import { describeApi } from "@/lib/openapi/document";

export const GET = route(async () => Response.json(describeApi()));
