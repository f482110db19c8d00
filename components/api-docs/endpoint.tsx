import type { Entry, Field } from "@/lib/openapi/catalogue";

const whoMay: Record<Entry["who"], string> = {
  viewer: "All staff and tokens",
  admin: "Owners, admins, writing tokens",
  owner: "Owners and the admin token",
  client: "Clients, about themselves",
  manager: "A client's managers, signed in",
};

/** One endpoint, folded up to its line. */
export function Endpoint({ entry }: { entry: Entry }) {
  const { method, path, summary, who, query, input, answer, answerName } = entry;

  return (
    <details className="border-t border-line first:border-t-0">
      <summary className="page-gutter grid cursor-pointer gap-x-4 gap-y-0.5 py-2 hover:bg-hover sm:grid-cols-[1fr_1fr]">
        <code className="font-mono [overflow-wrap:anywhere]">
          <span className="inline-block w-16 font-medium text-accent">{method}</span>
          {path}
        </code>
        <span className="text-muted">{summary}</span>
      </summary>
      <div className="page-gutter grid gap-4 pt-1 pb-4">
        <p className="text-muted">{whoMay[who]}</p>
        <Fields title="Query" fields={query} />
        <Fields title="Body" fields={input} />
        <Fields title={`Answer: ${answerName}`} fields={answer} />
      </div>
    </details>
  );
}

function Fields({ title, fields }: { title: string; fields: Field[] }) {
  if (fields.length === 0) return title.startsWith("Answer") ? <p>{title}</p> : null;
  return (
    <div>
      <h3 className="mb-1 font-medium">{title}</h3>
      <dl className="grid gap-x-4 gap-y-0.5 sm:grid-cols-[16rem_1fr]">
        {fields.map(({ name, type, required }) => (
          <div key={name} className="contents">
            <dt>
              <code className="font-mono">{name}</code>
            </dt>
            <dd className="mb-1 text-muted [overflow-wrap:anywhere] sm:mb-0">
              {type}
              {required && !title.startsWith("Answer") && ", required"}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
