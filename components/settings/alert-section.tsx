"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useIsOwner } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Notice } from "@/components/ui/notice";
import { Section } from "@/components/ui/section";
import { AlertDialog } from "./alert-dialog";
import { settingsQueries } from "./queries";

/** Who is told by e-mail of limits that come near or are used up. */
export function AlertSection({ canMail }: { canMail: boolean }) {
  const { data: settings, error, refetch } = useQuery(settingsQueries.settings());
  const [isOpen, setIsOpen] = useState(false);
  const isOwner = useIsOwner();

  return (
    <Section
      title="Alerts by e-mail"
      actions={
        isOwner && (
          <Button disabled={!settings} onClick={() => setIsOpen(true)}>
            Change
          </Button>
        )
      }
    >
      <div className="page-gutter grid gap-3">
        {error && !settings && <ErrorState title="This could not be loaded" error={error} onRetry={refetch} />}
        {settings && <Recipients addresses={settings.alertRecipients} />}
        {settings && !canMail && (
          <div className="max-w-xl">
            <Notice tone={settings.alertRecipients.length === 0 ? "info" : "near"}>
              No mail can be sent: where Sluice runs, <code>SMTP_URL</code> is not set.
            </Notice>
          </div>
        )}
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
