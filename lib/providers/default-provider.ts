import { AppError } from "../errors";
import type { Dialect } from "./vendors";

/** `/api/proxy/v1` speaks the OpenAI dialect, so its provider must. @throws AppError `invalid_request`. */
export function refuseUnusableDefault(dialect: Dialect): void {
  if (dialect === "openai") return;
  throw new AppError("invalid_request", "Only a provider of the OpenAI dialect can be the default.", {
    fields: { isDefault: "is for providers of the OpenAI dialect" },
  });
}
