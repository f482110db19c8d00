"use client";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { countOf } from "@/components/ui/format-amount";
import { showToast } from "@/components/ui/toast";
import type { Plan } from "@/lib/plans/schema";
import { usePlanChanges } from "./use-plan-changes";

type PlanDialogProps = { plan: Plan; onClose: () => void };

export function RetirePlanDialog({ plan, onClose }: PlanDialogProps) {
  const { retire, reinstate } = usePlanChanges();

  async function confirm() {
    await retire(plan.id);
    showToast({ title: `${plan.name} is retired`, onUndo: () => reinstate(plan.id) });
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Retire ${plan.name}?`}
      action="Retire plan"
      look="primary"
      onConfirm={confirm}
    >
      <p>
        {plan.subscriptionCount > 0
          ? `${countOf(plan.subscriptionCount, "client stays", "clients stay")} on it with the same limits, and nobody else can be put on it.`
          : "Nobody can be put on it any more."}
      </p>
      <p>It can be put back on offer at any time.</p>
    </ConfirmDialog>
  );
}

export function DefaultPlanDialog({ plan, onClose }: PlanDialogProps) {
  const { update } = usePlanChanges();

  async function confirm() {
    await update(plan, { isDefault: true });
    showToast({ title: `${plan.name} is the default plan` });
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Make ${plan.name} the default plan?`}
      action="Make default"
      look="primary"
      onConfirm={confirm}
    >
      <p>Clients that are on no plan of their own are under its limits from their next call on.</p>
    </ConfirmDialog>
  );
}
