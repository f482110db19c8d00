import { route } from "@/lib/http/respond";

/** The process runs; nothing else is asked. */
export const GET = route(async () => Response.json({ status: "ok" }));
