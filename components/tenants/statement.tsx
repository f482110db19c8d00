import { classNames } from "@/components/ui/class-names";
import { formatExact } from "@/components/ui/format-amount";
import { ScrollRegion } from "@/components/ui/scroll-region";
import { Figure, Figures } from "@/components/usage/figures";
import type { MonthlyUsage, UsageTotals } from "@/lib/usage/schema";

type Line = { id: string; name: string; use: UsageTotals };

/** On paper there is room for all of them; on a phone the parts of the tokens give way to the names. */
const partOfTokens = "max-sm:hidden print:table-cell";
const columns = [
  { title: "Calls", field: "requests", className: "" },
  { title: "Input tokens", field: "inputTokens", className: partOfTokens },
  { title: "Output tokens", field: "outputTokens", className: partOfTokens },
  { title: "Tokens", field: "totalTokens", className: "" },
] as const;
const cellClasses = "px-2 text-end last:pe-4 md:last:pe-6";

/** All exact figures: paper has no hover. */
export function Statement({ month, isRunning }: { month: MonthlyUsage; isRunning: boolean }) {
  const lines: Line[] = [
    ...month.byKey.map((key) => ({
      id: key.apiKeyId,
      name: `${key.apiKeyName} (${key.apiKeyPrefix}…)${key.revoked ? ", revoked" : ""}`,
      use: key,
    })),
    ...(month.playground
      ? [{ id: "playground", name: "Without a key (playground, imports, corrections)", use: month.playground }]
      : []),
  ];

  return (
    <>
      <Figures>
        <Figure label="Calls">{formatExact(month.requests)}</Figure>
        <Figure label="Tokens">{formatExact(month.totalTokens)}</Figure>
        <Figure label="Refused calls">{formatExact(month.blocked)}</Figure>
      </Figures>
      {isRunning && (
        <p className="page-gutter mt-2 text-muted">The month is still running: these are its figures so far.</p>
      )}
      <div className="mt-6">
        <ScrollRegion label="Use by key">
          <table className="w-full border-collapse">
            <caption className="sr-only">Use by key</caption>
            <thead>
              <tr className="h-9 border-b border-line text-caption text-muted">
                <th scope="col" className="min-w-32 px-4 text-start font-medium md:px-6">
                  Key
                </th>
                {columns.map(({ title, className }) => (
                  <th key={title} scope="col" className={classNames(cellClasses, "font-medium", className)}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map(({ id, name, use }) => (
                <Row key={id} name={name} use={use} />
              ))}
            </tbody>
            <tfoot className="font-semibold">
              <Row name="Total" use={month} />
            </tfoot>
          </table>
        </ScrollRegion>
      </div>
    </>
  );
}

function Row({ name, use }: { name: string; use: UsageTotals }) {
  return (
    <tr className="h-9 border-b border-line last:border-b-0">
      <th scope="row" className="px-4 text-start font-[inherit] [overflow-wrap:anywhere] md:px-6">
        <bdi>{name}</bdi>
      </th>
      {columns.map(({ title, field, className }) => (
        <td key={title} className={classNames(cellClasses, className)}>
          {formatExact(use[field])}
        </td>
      ))}
    </tr>
  );
}
