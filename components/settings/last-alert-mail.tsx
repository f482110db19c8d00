import { useViewer } from "@/components/shell/viewer";
import { countOf } from "@/components/ui/format-amount";
import { Notice } from "@/components/ui/notice";
import { RelativeTime } from "@/components/ui/relative-time";
import type { LastAlertMail as Mail } from "@/lib/alerts/schema";

/** What became of the last mail: that none comes must not look like there being nothing to tell. */
export function LastAlertMail({ mail: { state, triedAt, limits } }: { mail: Mail }) {
  const { timeZone } = useViewer().agency;
  const what = countOf(limits, "limit");
  const when = <RelativeTime at={triedAt} timeZone={timeZone} />;

  if (state === "failed")
    return (
      <div className="max-w-xl">
        <Notice tone="near">
          The last mail, about {what}, could not be sent {when}. It is tried again every ten minutes for half a day, as
          long as there is something to tell. A test shows what is in the way.
        </Notice>
      </div>
    );
  return (
    <p className="max-w-[72ch] text-muted">
      {state === "sent" ? (
        <>
          The last mail, about {what}, was sent {when}.
        </>
      ) : (
        `A mail about ${what} is being sent.`
      )}
    </p>
  );
}
