"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { messageOf } from "@/components/ui/message-of";
import { showToast } from "@/components/ui/toast";
import type { Plan } from "@/lib/plans/schema";
import { DeletePlanDialog } from "./delete-plan-dialog";
import { DefaultPlanDialog, RetirePlanDialog } from "./offer-dialogs";
import { PlanFormDialog } from "./plan-form-dialog";
import { type PlanAction, PlanTable } from "./plan-table";
import { planQueries } from "./queries";
import { usePlanChanges } from "./use-plan-changes";

type Open = { what: "create" } | { what: Exclude<PlanAction, "reinstate">; plan: Plan } | null;

export function PlanListPage() {
  const { data, error, refetch } = useQuery(planQueries.list());
  const canEdit = useCanEdit();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const { reinstate } = usePlanChanges();

  async function act(what: PlanAction, plan: Plan) {
    if (what !== "reinstate") return setOpen({ what, plan });
    await reinstate(plan.id).then(
      () => showToast({ title: `${plan.name} is on offer again` }),
      (failure: unknown) => showToast({ title: messageOf(failure), tone: "over" }),
    );
  }

  const newPlan = canEdit && (
    <Button look="primary" onClick={() => setOpen({ what: "create" })}>
      <Plus aria-hidden="true" />
      New plan
    </Button>
  );

  return (
    <>
      <PageHeader title="Plans" actions={data?.items.length !== 0 && newPlan}>
        What a client bought: limits that its calls stay under.
      </PageHeader>
      <div className="border-t border-line">
        {error && !data ? (
          <ErrorState title="The plans could not be loaded" error={error} onRetry={refetch} />
        ) : (
          <PlanTable
            plans={data?.items}
            onAction={act}
            empty={
              <EmptyState title="No plans yet" action={newPlan}>
                Until a client is on a plan, its calls have no limit.
              </EmptyState>
            }
          />
        )}
      </div>
      {open?.what === "create" && <PlanFormDialog onClose={close} />}
      {open?.what === "edit" && <PlanFormDialog plan={open.plan} onClose={close} />}
      {open?.what === "duplicate" && <PlanFormDialog copyOf={open.plan} onClose={close} />}
      {open?.what === "make default" && <DefaultPlanDialog plan={open.plan} onClose={close} />}
      {open?.what === "retire" && <RetirePlanDialog plan={open.plan} onClose={close} />}
      {open?.what === "delete" && <DeletePlanDialog plan={open.plan} onClose={close} />}
    </>
  );
}
