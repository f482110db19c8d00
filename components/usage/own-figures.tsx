import { Amount } from "@/components/ui/amount";
import type { Quota } from "@/lib/tenants/schema";
import { Figure, Figures } from "./figures";

/** Calls and tokens of the running day and month. What they cost the agency is its own affair. */
export function OwnFigures({ quota: { today, month } }: { quota: Quota }) {
  return (
    <Figures>
      <Figure label="Calls today">
        <Amount value={today.requests} unit="calls" />
      </Figure>
      <Figure label="Tokens today">
        <Amount value={today.tokens} unit="tokens" />
      </Figure>
      <Figure label="Calls this month">
        <Amount value={month.requests} unit="calls" />
      </Figure>
      <Figure label="Tokens this month">
        <Amount value={month.tokens} unit="tokens" />
      </Figure>
    </Figures>
  );
}
