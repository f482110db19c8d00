import type { CallerEntry } from "../keys/directory";
import type { KeySnapshot } from "../metering/types";
import { matchesModel } from "../quota/model-pattern";
import { resolvePlan } from "../quota/resolve-plan";
import type { GatewayFailure } from "./failure";

/** Why this caller can make no call; null when they can. */
export function judgeCaller(entry: CallerEntry | null, at: Date): GatewayFailure | null {
  if (entry === null) return unknownKey();

  const { key, tenant } = entry;
  const failure = key && judgeKey(key, at);
  if (failure) return failure;
  if (tenant.archivedAt !== null || resolvePlan(tenant, at).suspended) {
    return {
      status: 403,
      code: "tenant_suspended",
      message: "This client's access is suspended at the moment. Ask the agency.",
      headers: { "x-should-retry": "false" },
    };
  }
  return null;
}

function judgeKey(key: KeySnapshot, at: Date): GatewayFailure | null {
  if (key.revokedAt !== null)
    return invalidKey("This API key has been revoked. Ask the agency for a new one.", "key_revoked");
  if (key.expiresAt !== null && key.expiresAt <= at)
    return invalidKey("This API key has expired. Ask the agency for a new one.", "key_expired");
  if (key.secretExpiresAt !== null && key.secretExpiresAt <= at) {
    return invalidKey("This API key has been replaced by a new secret. Ask the agency for it.", "secret_replaced");
  }
  return null;
}

export function unknownKey(): GatewayFailure {
  return invalidKey("This API key is not known here. Check that it was copied in full.");
}

export function missingKey(): GatewayFailure {
  return invalidKey(
    "No API key was given. Send it as `Authorization: Bearer`, `x-api-key`, `api-key`, `x-goog-api-key` or `?key=`.",
  );
}

/** Why this model may not be called; a request without a model is stopped only where models are restricted. */
export function judgeModel({ tenant, key }: CallerEntry, model: string | null, at: Date): GatewayFailure | null {
  const { plan } = resolvePlan(tenant, at);
  const mayBeCalled = [plan?.allowedModels ?? [], key?.allowedModels ?? []].every(
    (patterns) => patterns.length === 0 || (model !== null && isAllowed(model, patterns)),
  );
  if (mayBeCalled) return null;
  return {
    status: 403,
    code: "model_not_allowed",
    message:
      model === null
        ? "The request names no model, and only certain models are allowed here."
        : `The model ${model} is not allowed here. Ask the agency.`,
    headers: { "x-should-retry": "false" },
  };
}

/** Some routers take several names at once, with commas between them: each must be allowed. */
function isAllowed(model: string, patterns: string[]): boolean {
  if (patterns.some((pattern) => pattern === model)) return true;
  return model.split(",").every((name) => patterns.some((pattern) => matchesModel(pattern, name.trim())));
}

/** Why a model without a price may not be called: the client's cost is limited, and its plan lets only pass what counts. */
export function unpricedModel(model: string | null): GatewayFailure {
  return {
    status: 403,
    code: "model_unpriced",
    message:
      model === null
        ? "The request names no model, and only models whose price is known are let through here."
        : `The model ${model} has no price here, and only models whose price is known are let through. Ask the agency.`,
    headers: { "x-should-retry": "false" },
  };
}

/** The same of an endpoint whose answers do not tell what they cost. */
export function untoldCost(endpoint: string): GatewayFailure {
  return {
    status: 403,
    code: "model_unpriced",
    message: `What a call of ${endpoint} costs is not told, and only calls whose cost is known are let through here. Ask the agency.`,
    headers: { "x-should-retry": "false" },
  };
}

function invalidKey(message: string, reason?: string): GatewayFailure {
  return { status: 401, code: "invalid_api_key", message, ...(reason && { reason }) };
}
