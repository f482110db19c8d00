"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useIsOwner } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { messageOf } from "@/components/ui/message-of";
import { Notice } from "@/components/ui/notice";
import { Outcome } from "@/components/ui/outcome";
import { Section } from "@/components/ui/section";
import { AlertDialog } from "./alert-dialog";
import { LastAlertMail } from "./last-alert-mail";
import { settingsQueries } from "./queries";
import { useSettingsChanges } from "./use-settings-changes";

/** Who is told by e-mail of limits that come near or are used up, and whether these mails arrive. */
export function AlertSection() {
  const { data: settings, error, refetch } = useQuery(settingsQueries.settings());
  const { data: mails } = useQuery(settingsQueries.alerts());
  const { testAlerts } = useSettingsChanges();
  const test = useMutation({ mutationFn: testAlerts });
  const [isOpen, setIsOpen] = useState(false);
  const isOwner = useIsOwner();
  const addresses = settings?.alertRecipients ?? [];
  const tested = test.error ? messageOf(test.error) : test.data?.message;

  const open = () => {
    test.reset();
    setIsOpen(true);
  };

  return (
    <Section
      title="Alerts by e-mail"
      actions={
        isOwner && (
          <>
            {mails?.canMail && addresses.length > 0 && (
              <Button busy={test.isPending} onClick={() => test.mutate()}>
                Send a test
              </Button>
            )}
            <Button disabled={!settings} onClick={open}>
              Change
            </Button>
          </>
        )
      }
    >
      <div className="page-gutter grid gap-3">
        {error && !settings && <ErrorState title="This could not be loaded" error={error} onRetry={refetch} />}
        {settings && <Recipients addresses={addresses} />}
        <div role="status" className="max-w-[72ch] [overflow-wrap:anywhere] empty:-mt-3">
          {tested && <Outcome works={test.data?.ok === true}>{tested}</Outcome>}
        </div>
        {settings && mails && !mails.canMail && (
          <div className="max-w-xl">
            <Notice tone={addresses.length === 0 ? "info" : "near"}>
              No mail can be sent: where Sluice runs, <code>SMTP_URL</code> is not set.
            </Notice>
          </div>
        )}
        {mails?.last && <LastAlertMail mail={mails.last} />}
      </div>
      {settings && isOpen && <AlertDialog settings={settings} onClose={() => setIsOpen(false)} />}
    </Section>
  );
}

function Recipients({ addresses }: { addresses: string[] }) {
  if (addresses.length === 0)
    return <p className="max-w-[72ch] text-muted">Nobody is told when a limit comes near or is used up.</p>;

  return (
    <>
      <p className="max-w-[72ch] text-muted">
        Told when a limit of a client or a key comes near, and when it is used up, once in each of its days or months:
      </p>
      <ul aria-label="Who is told" className="grid max-w-xl gap-1">
        {addresses.map((address) => (
          <li key={address} className="[overflow-wrap:anywhere]">
            {address}
          </li>
        ))}
      </ul>
    </>
  );
}
