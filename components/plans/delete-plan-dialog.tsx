"use client";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { countOf } from "@/components/ui/format-amount";
import { showToast } from "@/components/ui/toast";
import type { Plan } from "@/lib/plans/schema";
import { usePlanChanges } from "./use-plan-changes";

export function DeletePlanDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const { remove } = usePlanChanges();

  if (plan.subscriptionCount > 0) {
    return (
      <Dialog open onOpenChange={onClose} title={`${plan.name} is in use`}>
        <p className="text-muted">
          {countOf(plan.subscriptionCount, "client is", "clients are")} on this plan, so it cannot be deleted. Put them
          on another plan first, under Limits on each client's page.
        </p>
        <DialogActions>
          <Button onClick={onClose}>Understood</Button>
        </DialogActions>
      </Dialog>
    );
  }

  async function confirm() {
    await remove(plan.id);
    showToast({ title: `${plan.name} is deleted` });
  }

  return (
    <ConfirmDialog open onOpenChange={onClose} title={`Delete ${plan.name}?`} action="Delete plan" onConfirm={confirm}>
      <p>No client is on this plan, so no call is affected.</p>
    </ConfirmDialog>
  );
}
