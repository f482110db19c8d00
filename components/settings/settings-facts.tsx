import { countOf } from "@/components/ui/format-amount";
import type { Settings } from "@/lib/agency/schema";
import { disconnectChoices, labelOf, unpricedChoices } from "./settings-words";

/** The settings for those who may not change them. */
export function SettingsFacts({ settings }: { settings: Settings }) {
  const { disconnectPolicy, drainSeconds, unpricedPolicy } = settings;
  const facts = [
    { term: "Name", words: settings.name },
    { term: "Time zone", words: settings.timeZone },
    { term: "Currency", words: settings.currency },
    { term: "When an app hangs up", words: labelOf(disconnectChoices, disconnectPolicy) },
    ...(disconnectPolicy === "drain" ? [{ term: "Read on for", words: countOf(drainSeconds, "second") }] : []),
    { term: "Models without a price", words: labelOf(unpricedChoices, unpricedPolicy) },
    ...(settings.refusalNote ? [{ term: "Beside a refusal", words: settings.refusalNote }] : []),
  ];

  return (
    <dl className="grid max-w-xl gap-2">
      {facts.map(({ term, words }) => (
        <div key={term} className="grid gap-x-4 sm:grid-cols-[12rem_1fr]">
          <dt className="text-muted">{term}</dt>
          <dd className="[overflow-wrap:anywhere]">{words}</dd>
        </div>
      ))}
    </dl>
  );
}
