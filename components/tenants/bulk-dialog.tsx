"use client";

import { useState } from "react";
import { PlanField } from "@/components/plans/plan-field";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { countOf } from "@/components/ui/format-amount";
import { showToast } from "@/components/ui/toast";
import { sendJson } from "@/lib/http/client";
import type { TenantListItem } from "@/lib/tenants/schema";
import { BulkOutcome, BulkProgress } from "./bulk-progress";
import { changeEach, type Outcome } from "./change-each";
import { useTenantChanges } from "./use-tenant-changes";

export type BulkAction = "suspend" | "resume" | "plan";

type BulkDialogProps = {
  action: BulkAction;
  tenants: TenantListItem[];
  /** Given those that could not be changed. */
  onDone: (failed: TenantListItem[]) => void;
  onClose: () => void;
};

const words = {
  suspend: {
    verb: "Suspend",
    meaning: "All calls with their keys will be refused at once, until you resume them. Keys, limits and history stay.",
    done: "suspended",
  },
  resume: {
    verb: "Resume",
    meaning: "Calls with their keys will pass again at once, within their limits. What they used before still counts.",
    done: "resumed",
  },
  plan: {
    verb: "Change the plan of",
    meaning: "The new limits bind from the next call on. What was used counts on, and overrides stay.",
    done: "on the new plan",
  },
};

/** Asks about a change to many clients, names them all, makes it one by one and tells which could not be changed. */
export function BulkDialog({ action, tenants, onDone, onClose }: BulkDialogProps) {
  const { refresh } = useTenantChanges();
  const [planId, setPlanId] = useState("");
  const [missing, setMissing] = useState<string>();
  const [finished, setFinished] = useState<number | null>(null);
  const [outcome, setOutcome] = useState<Outcome<TenantListItem> | null>(null);
  const remaining = outcome?.failed.map(({ item }) => item) ?? tenants;
  const { verb, meaning, done } = words[action];
  const isRunning = finished !== null && outcome === null;

  async function run() {
    if (action === "plan" && planId === "") {
      setMissing("Choose a plan");
      return;
    }
    setOutcome(null);
    setFinished(0);
    const result = await changeEach(remaining, (tenant) => send(action, tenant.id, planId), setFinished);
    await refresh();
    onDone(result.failed.map(({ item }) => item));
    setOutcome(result);
    if (result.failed.length > 0) return;
    showToast({ title: `${countOf(result.done.length, "client")} ${done}`, ...undoOf(action, result.done, refresh) });
    onClose();
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !isRunning && onClose()}
      title={`${verb} ${countOf(tenants.length, "client")}?`}
      description={meaning}
    >
      <form
        className="grid gap-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isRunning) void run();
        }}
      >
        {outcome ? (
          <BulkOutcome outcome={outcome} done={done} />
        ) : (
          <ul aria-label="Clients" className="max-h-48 list-disc overflow-y-auto ps-5" tabIndex={-1}>
            {tenants.map(({ id, name }) => (
              <li key={id} className="[overflow-wrap:anywhere]">
                <bdi>{name}</bdi>
              </li>
            ))}
          </ul>
        )}
        {action === "plan" && (
          <PlanField
            value={planId}
            onChange={(chosen) => {
              setPlanId(chosen);
              setMissing(undefined);
            }}
            error={missing}
          />
        )}
        {isRunning && <BulkProgress finished={finished} all={remaining.length} />}
        <DialogActions>
          <Button disabled={isRunning} onClick={onClose}>
            {outcome ? "Close" : "Cancel"}
          </Button>
          <Button type="submit" look={action === "suspend" ? "danger" : "primary"} busy={isRunning}>
            {outcome ? "Try those again" : `${verb} ${countOf(tenants.length, "client")}`}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function send(action: BulkAction, tenantId: string, planId: string): Promise<unknown> {
  const url = `/api/admin/tenants/${tenantId}`;
  if (action === "plan") return sendJson("PUT", `${url}/subscription`, { planId });
  return sendJson("PATCH", url, { status: action === "suspend" ? "suspended" : "active" });
}

/** A plan is not put back: each of them may have been on another, for a span of its own. */
function undoOf(action: BulkAction, done: TenantListItem[], refresh: () => Promise<unknown>) {
  if (action === "plan") return {};
  const opposite = action === "suspend" ? "resume" : "suspend";
  const undo = async () => {
    const { failed } = await changeEach(
      done,
      ({ id }) => send(opposite, id, ""),
      () => {},
    );
    await refresh();
    if (failed.length > 0)
      showToast({ tone: "over", title: `${countOf(failed.length, "client")} could not be changed back` });
  };
  return { onUndo: undo };
}
