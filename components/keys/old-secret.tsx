"use client";

import { countOf } from "@/components/ui/format-amount";
import { Notice } from "@/components/ui/notice";
import { useNow } from "@/components/ui/now";
import { RelativeTime } from "@/components/ui/relative-time";
import type { PreviousSecret } from "@/lib/keys/schema";

/** Whether the secret that was replaced is still in use, so that one knows when its app has the new one. */
export function OldSecret({ secret, timeZone }: { secret: PreviousSecret; timeZone: string }) {
  const now = useNow();
  const isOver = new Date(secret.expiresAt) <= now;

  return (
    <section aria-label="Old secret">
      <Notice tone={secret.lastUsedAt && !isOver ? "near" : "info"}>
        <p>
          The old secret <code className="font-mono">{secret.prefix}…</code> was replaced{" "}
          <RelativeTime at={secret.replacedAt} timeZone={timeZone} />.{" "}
          {isOver ? "It stopped working" : "It stops working"}{" "}
          <RelativeTime at={secret.expiresAt} timeZone={timeZone} />.
        </p>
        <p className="mt-1">
          {secret.lastUsedAt ? (
            <>
              {countOf(secret.calls, "call")} came with it since, the last one{" "}
              <RelativeTime at={secret.lastUsedAt} timeZone={timeZone} />
              {isOver ? "." : ": an app still has it."}
            </>
          ) : (
            "No call has come with it since it was replaced."
          )}
        </p>
      </Notice>
    </section>
  );
}
