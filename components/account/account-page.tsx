"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { useViewer } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { ChangePasswordForm } from "./change-password-form";
import { accountQueries } from "./queries";
import { SecondStepSection } from "./second-step-section";
import { useAccountChanges } from "./use-account-changes";

/** How whoever is signed in gets in. */
export function AccountPage() {
  const viewer = useViewer();
  const { data: me, error, refetch } = useQuery(accountQueries.me());

  return (
    <>
      <PageHeader title="Your sign-in">
        {viewer.name}, {viewer.email}
      </PageHeader>
      <div className="border-t border-line">
        {error && !me && <ErrorState title="Your sign-in could not be loaded" error={error} onRetry={refetch} />}
        {me && (
          <>
            <Section title="Password">
              <div className="page-gutter">
                {me.hasPassword ? (
                  <ChangePasswordForm email={me.user.email} />
                ) : (
                  <p className="max-w-[72ch] text-muted">
                    You have none here: you sign in through your organisation, which also asks for a second step if it
                    wants one.
                  </p>
                )}
              </div>
            </Section>
            {me.hasPassword && <SecondStepSection secondStep={me.secondStep} />}
            <SessionSection />
          </>
        )}
      </div>
    </>
  );
}

function SessionSection() {
  const { signOutEverywhere } = useAccountChanges();
  const [isAsking, setIsAsking] = useState(false);

  return (
    <Section title="Sessions">
      <div className="page-gutter grid justify-items-start gap-3">
        <p className="max-w-[72ch] text-muted">
          A device that you signed in on stays signed in for two weeks. If you lost one, or left one somewhere, end all
          of them.
        </p>
        <Button onClick={() => setIsAsking(true)}>Sign out everywhere</Button>
      </div>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title="Sign out everywhere?"
        action="Sign out"
        onConfirm={async () => {
          await signOutEverywhere();
          window.location.assign("/login");
        }}
      >
        <p>Every session of yours ends at once, this one too. You then sign in again here.</p>
      </ConfirmDialog>
    </Section>
  );
}
