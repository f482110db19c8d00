"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { Notice } from "@/components/ui/notice";
import { QrCode } from "@/components/ui/qr-code";
import { SecretLine } from "@/components/ui/secret-line";
import { TextField } from "@/components/ui/text-field";
import { useForm } from "@/components/ui/use-form";
import { confirmSecondStepInput, type Enrolment } from "@/lib/second-step/schema";
import { useAccountChanges } from "./use-account-changes";

type Stage = { at: "password" } | { at: "code"; enrolment: Enrolment } | { at: "recovery"; recoveryCodes: string[] };

const titles = { password: "Set up a second step", code: "Scan this with your app", recovery: "Keep these codes" };

/** Three stages: who you are, what your app shows, and what to do when the phone is gone. */
export function SecondStepDialog({ onClose }: { onClose: () => void }) {
  const [stage, setStage] = useState<Stage>({ at: "password" });

  return (
    <Dialog
      open
      keepOnOutsideClick={stage.at !== "password"}
      onOpenChange={(open) => !open && onClose()}
      title={titles[stage.at]}
    >
      {stage.at === "password" && (
        <PasswordStage onClose={onClose} onStarted={(enrolment) => setStage({ at: "code", enrolment })} />
      )}
      {stage.at === "code" && (
        <CodeStage
          enrolment={stage.enrolment}
          onClose={onClose}
          onConfirmed={(recoveryCodes) => setStage({ at: "recovery", recoveryCodes })}
        />
      )}
      {stage.at === "recovery" && <RecoveryStage codes={stage.recoveryCodes} onClose={onClose} />}
    </Dialog>
  );
}

type PasswordStageProps = { onClose: () => void; onStarted: (enrolment: Enrolment) => void };

function PasswordStage({ onClose, onStarted }: PasswordStageProps) {
  const { startSecondStep } = useAccountChanges();
  const form = useForm({
    initial: { password: "" },
    onSubmit: async ({ password }) => onStarted(await startSecondStep(password)),
  });

  return (
    <form {...form.formProps} className="grid gap-4">
      <FormErrorSummary message={form.failure} />
      <p className="text-muted">
        You need an authenticator app on your phone, such as Aegis, 2FAS or your password manager.
      </p>
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        help="To be sure that it is you."
        {...form.field("password")}
      />
      <FormActions busy={form.busy} onCancel={onClose}>
        Continue
      </FormActions>
    </form>
  );
}

type CodeStageProps = { enrolment: Enrolment; onClose: () => void; onConfirmed: (recoveryCodes: string[]) => void };

function CodeStage({ enrolment, onClose, onConfirmed }: CodeStageProps) {
  const { confirmSecondStep } = useAccountChanges();
  const form = useForm({
    initial: { code: "" },
    onSubmit: async (values) => {
      const { code } = confirmSecondStepInput.parse(values);
      onConfirmed((await confirmSecondStep(code)).recoveryCodes);
    },
  });

  return (
    <form {...form.formProps} className="grid min-w-0 gap-4">
      <FormErrorSummary message={form.failure} />
      <QrCode text={enrolment.uri} label="QR code for your authenticator app" />
      <div className="grid min-w-0 gap-1.5">
        <p className="text-muted">Or type this key into the app:</p>
        <SecretLine label="Key" text={enrolment.secret} />
      </div>
      <TextField
        label="Code"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        help="The 6 digits that the app shows now."
        {...form.field("code")}
      />
      <FormActions busy={form.busy} onCancel={onClose}>
        Turn on
      </FormActions>
    </form>
  );
}

function RecoveryStage({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  return (
    <div className="grid gap-4">
      <Notice tone="near">
        Without your phone, one of these lets you in, once. They are shown only now: print them, or keep them in your
        password manager.
      </Notice>
      <ul aria-label="Recovery codes" className="grid grid-cols-2 gap-x-4 gap-y-1.5 font-mono text-caption">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <DialogActions>
        <CopyButton text={codes.join("\n")} />
        <Button look="primary" onClick={onClose}>
          I have kept them
        </Button>
      </DialogActions>
    </div>
  );
}
