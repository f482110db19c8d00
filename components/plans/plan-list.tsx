"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import type { Plan } from "@/lib/plans/schema";
import { DeletePlanDialog } from "./delete-plan-dialog";
import { PlanFormDialog } from "./plan-form-dialog";
import { PlanTable } from "./plan-table";
import { planQueries } from "./queries";

type Open = { what: "create" } | { what: "edit" | "duplicate" | "delete"; plan: Plan } | null;

export function PlanListPage() {
  const { data, error, refetch } = useQuery(planQueries.list());
  const canEdit = useCanEdit();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
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
            onAction={(what, plan) => setOpen({ what, plan })}
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
      {open?.what === "delete" && <DeletePlanDialog plan={open.plan} onClose={close} />}
    </>
  );
}
