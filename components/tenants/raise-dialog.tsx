"use client";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { countOf } from "@/components/ui/format-amount";
import { formatClock, formatRelative } from "@/components/ui/format-time";
import { useNow } from "@/components/ui/now";
import { showToast } from "@/components/ui/toast";
import { AppError } from "@/lib/errors";
import type { Quota, Tenant, UpdateTenantInput } from "@/lib/tenants/schema";
import { raiseOf, raisePercent } from "./raise";
import { useTenantChanges } from "./use-tenant-changes";

type RaiseDialogProps = {
  tenant: Tenant;
  quota: Quota;
  /** Also when a raise was taken back. */
  onRaised: () => void;
  onClose: () => void;
};

/** More tokens for today, which end by themselves. */
export function RaiseDialog({ tenant, quota, onRaised, onClose }: RaiseDialogProps) {
  const now = useNow();
  const { update, refresh } = useTenantChanges();
  const raise = raiseOf(quota);
  if (raise === null) return null;

  const { used, left } = { used: quota.today.tokens, left: raise.dailyTokenLimit - quota.today.tokens };
  const midnight = new Date(quota.today.resetsAt);
  const replaced = quota.dailyTokenLimit.override;

  async function set(changes: UpdateTenantInput, seen?: Tenant) {
    await update(tenant.id, changes, seen);
    onRaised();
  }

  async function confirm() {
    if (raise === null) return;
    const before = overrideOf(tenant);
    try {
      await set(raise, tenant);
    } catch (error) {
      if (!(error instanceof AppError && error.code === "precondition_failed")) throw error;
      await refresh();
      throw new Error("Somebody else has changed this client meanwhile. What stands here now is how it is.");
    }
    showToast({
      title: `${tenant.name} has ${countOf(raise.dailyTokenLimit, "token")} today`,
      onUndo: () => set(before),
    });
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      look="primary"
      title={`Raise today's tokens of ${tenant.name} by ${raisePercent} %?`}
      action={`Raise to ${countOf(raise.dailyTokenLimit, "token")}`}
      onConfirm={confirm}
    >
      <p>
        From {countOf(quota.dailyTokenLimit.effective ?? 0, "token")} to {countOf(raise.dailyTokenLimit, "token")},
        until {formatClock(midnight, { timeZone: quota.timeZone, now })} {quota.timeZone} (
        {formatRelative(midnight, now)}). Then the plan's limit is back by itself.
      </p>
      <p>
        {left > 0
          ? `${countOf(left, "token")} will be left at once.`
          : `Calls stay refused: ${countOf(used, "token")} are used already. Set an override that is higher.`}
      </p>
      {replaced !== null && <p>It replaces the override of {countOf(replaced, "token")}, which will not come back.</p>}
    </ConfirmDialog>
  );
}

/** What sets the override as it is; where there is none, there is no reason or expiry either. */
function overrideOf({ dailyTokenLimit, dailyTokenLimitReason, dailyTokenLimitExpiresAt }: Tenant): UpdateTenantInput {
  return dailyTokenLimit === null
    ? { dailyTokenLimit }
    : { dailyTokenLimit, dailyTokenLimitReason, dailyTokenLimitExpiresAt };
}
