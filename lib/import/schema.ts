import { z } from "zod";
import { timeZone } from "../http/fields";

/** `POST /api/admin/tenants/{id}/usage-import?zone=&dryRun=true`, with the CSV as its body. */
export const importQuery = z.strictObject({
  zone: timeZone.optional(),
  dryRun: z
    .enum(["true", "false"], { error: "must be true or false" })
    .default("false")
    .transform((text) => text === "true"),
});
