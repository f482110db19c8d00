"use client";

import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { countOf } from "@/components/ui/format-amount";
import { Notice } from "@/components/ui/notice";
import { Section } from "@/components/ui/section";
import type { Me } from "@/lib/auth/schema";
import { SecondStepDialog } from "./second-step-dialog";
import { StopSecondStepDialog } from "./stop-second-step-dialog";

const fewCodes = 3;

/** The code of an authenticator app, asked for beside the password. */
export function SecondStepSection({ secondStep }: { secondStep: Me["secondStep"] }) {
  const [open, setOpen] = useState<"set-up" | "stop" | null>(null);
  const close = () => setOpen(null);

  return (
    <Section title="Second step">
      <div className="page-gutter grid justify-items-start gap-3">
        {secondStep ? (
          <>
            <p className="flex max-w-[72ch] flex-wrap items-center gap-2 text-muted">
              <Badge tone="ok">On</Badge>
              <span>{countOf(secondStep.recoveryCodesLeft, "recovery code")} left.</span>
            </p>
            {secondStep.recoveryCodesLeft < fewCodes && (
              <Notice tone="near">Turn it off and set it up again to get new recovery codes.</Notice>
            )}
            <Button onClick={() => setOpen("stop")}>Turn off</Button>
          </>
        ) : (
          <>
            <p className="max-w-[72ch] text-muted">
              With it, your password alone lets nobody in: an app on your phone shows a code that is asked for too.
            </p>
            <Button onClick={() => setOpen("set-up")}>Set up</Button>
          </>
        )}
      </div>
      {open === "set-up" && <SecondStepDialog onClose={close} />}
      {open === "stop" && <StopSecondStepDialog onClose={close} />}
    </Section>
  );
}
