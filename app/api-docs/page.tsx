import type { Metadata } from "next";
import { Endpoint } from "@/components/api-docs/endpoint";
import { Logo } from "@/components/shell/logo";
import { Section } from "@/components/ui/section";
import { listChapters } from "@/lib/openapi/catalogue";

export const metadata: Metadata = { title: "API" };

/** Open to all: it says nothing that the product's own documentation does not. */
export default function Page() {
  return (
    <main className="mx-auto max-w-5xl py-8">
      <div className="page-gutter pb-6">
        <Logo className="mb-4 size-8 text-accent" />
        <h1 className="text-display font-semibold">API</h1>
        <div className="mt-3 grid max-w-prose gap-2 text-muted">
          <p>
            JSON, with <Code>Authorization: Bearer</Code> and an admin token, or for one’s own usage a key. Tokens,
            requests and cost are whole numbers, cost in micro-USD; instants are ISO 8601 in UTC. On a limit{" "}
            <Code>null</Code> is unlimited and <Code>0</Code> lets nothing pass. An unknown field is an error.
          </p>
          <p>
            A <Code>POST</Code> with an <Code>Idempotency-Key</Code> is done once, however often it is sent within 24
            hours. Providers, plans, clients, keys and settings tell their version in <Code>ETag</Code>; a{" "}
            <Code>PATCH</Code> that sends it back in <Code>If-Match</Code> is refused with 412 when somebody else was
            faster.
          </p>
          <p>
            Errors are <Code>{'{ "error": { "code", "message", "fields"? } }'}</Code>. The same for programs:{" "}
            <a href="/api/openapi.json" className="text-accent underline underline-offset-2">
              OpenAPI 3.1
            </a>
            .
          </p>
        </div>
      </div>
      {listChapters().map(({ title, entries }) => (
        <Section key={title} title={title}>
          {entries.map((entry) => (
            <Endpoint key={`${entry.method} ${entry.path}`} entry={entry} />
          ))}
        </Section>
      ))}
      <Section title="Proxy">
        <p className="page-gutter max-w-prose text-muted">
          <Code>/api/proxy/&lt;provider&gt;/…</Code> takes the provider’s own requests with a key of ours, and{" "}
          <Code>/api/proxy/v1/…</Code> those of the default provider. Bodies pass byte for byte both ways; errors come
          in the dialect of the path.
        </p>
      </Section>
    </main>
  );
}

function Code({ children }: { children: string }) {
  return <code className="font-mono text-fg">{children}</code>;
}
