import { useViewer } from "@/components/shell/viewer";
import { countOf } from "@/components/ui/format-amount";
import { Notice } from "@/components/ui/notice";
import { useNow } from "@/components/ui/now";
import { RelativeTime } from "@/components/ui/relative-time";
import type { LastAlertMail as Mail } from "@/lib/alerts/schema";

/** Somebody may still do something about it. Later on it is over: its day is, and it is not tried any more. */
const newsMs = 24 * 60 * 60_000;

/** What became of the last mail: that none comes must not look like there being nothing to tell. */
export function LastAlertMail({ mail: { state, triedAt, limits } }: { mail: Mail }) {
  const { timeZone } = useViewer().agency;
  const now = useNow();
  const what = countOf(limits, "limit");
  const when = <RelativeTime at={triedAt} timeZone={timeZone} />;
  const outcome = (
    <>
      The last mail, about {what}, {state === "sent" ? "was" : "could not be"} sent {when}.
    </>
  );

  if (state === "sending") return <p className="text-muted">A mail about {what} is being sent.</p>;
  if (state === "sent" || now.getTime() - Date.parse(triedAt) > newsMs) return <p className="text-muted">{outcome}</p>;
  return (
    <div className="max-w-xl">
      <Notice tone="near">
        {outcome} It is tried again every ten minutes for half a day, as long as there is something to tell. A test
        shows what is in the way.
      </Notice>
    </div>
  );
}
