"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { countOf } from "@/components/ui/format-amount";
import { messageOf } from "@/components/ui/message-of";
import { Notice } from "@/components/ui/notice";
import { useSettled } from "@/components/ui/use-settled";
import { type Plan, type PlanPreview, type PreviewClient, updatePlanInput } from "@/lib/plans/schema";
import { nobodyInWords, refusalInWords } from "./effect-words";
import { decisiveChanges, inputOf, type PlanValues } from "./plan-values";
import { planQueries } from "./queries";

const shownFirst = 5;

/** Whom what is being typed would have met in the last days, told before it is saved. */
export function PlanEffect({ plan, values }: { plan: Plan; values: PlanValues }) {
  const written = JSON.stringify(changesIn(plan, values));
  const settled = useSettled(written);
  const changes = JSON.parse(settled);
  const { data, error } = useQuery({ ...planQueries.preview(plan.id, changes), enabled: changes !== null });
  if (changes === null) return null;

  return (
    <section aria-label="Effect on clients" aria-live="polite" aria-busy={!data && !error}>
      {error ? (
        <Notice tone="near">Whom this would have met could not be found out. {messageOf(error)}</Notice>
      ) : (
        <Effect preview={data} currency={plan.currency} />
      )}
    </section>
  );
}

function Effect({ preview, currency }: { preview: PlanPreview | undefined; currency: string }) {
  const [shown, setShown] = useState(shownFirst);
  if (!preview) return <Notice tone="info">Looking whom this would have met …</Notice>;

  const { clients, days, affected } = preview;
  if (affected.length === 0) return <Notice tone="info">{nobodyInWords(preview)}</Notice>;

  return (
    <Notice tone="near">
      <p className="font-medium">
        {affected.length} of {countOf(clients, "client")} would have been refused calls in the last {days} days
      </p>
      <ul className="mt-2 grid gap-2">
        {affected.slice(0, shown).map((client) => (
          <AffectedClient key={client.tenantId} client={client} currency={currency} />
        ))}
      </ul>
      {affected.length > shown && (
        <Button look="quiet" className="mt-2" onClick={() => setShown(affected.length)}>
          Show {affected.length - shown} more
        </Button>
      )}
    </Notice>
  );
}

function AffectedClient({ client, currency }: { client: PreviewClient; currency: string }) {
  return (
    <li>
      <Link href={`/clients/${client.tenantSlug}/limits`} target="_blank" className="rounded-inner underline">
        <bdi>{client.tenantName}</bdi>
      </Link>
      <ul className="text-muted">
        {client.refusals.map((refusal) => (
          <li key={refusal.cause}>{refusalInWords(refusal, currency)}</li>
        ))}
        {client.blocked > 0 && <li>{countOf(client.blocked, "call was", "calls were")} refused as it is</li>}
      </ul>
    </li>
  );
}

/** Null as long as the form cannot be read, or says nothing that decides over calls. */
function changesIn(plan: Plan, values: PlanValues) {
  try {
    const input = inputOf(values, plan.currency);
    return updatePlanInput.safeParse(input).success ? decisiveChanges(plan, input) : null;
  } catch {
    return null;
  }
}
