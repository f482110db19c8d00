"use client";

import { useQuery } from "@tanstack/react-query";
import { CornerDownLeft, Square } from "lucide-react";
import type { KeyboardEvent, MouseEvent } from "react";
import { Button } from "@/components/ui/button";
import { Combobox } from "@/components/ui/combobox";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Field } from "@/components/ui/field";
import { SelectField } from "@/components/ui/select-field";
import { Skeleton } from "@/components/ui/skeleton";
import { TextAreaField } from "@/components/ui/text-area-field";
import { useForm } from "@/components/ui/use-form";
import type { PlaygroundOptions } from "@/lib/playground/schema";
import { AnswerPane } from "./answer-pane";
import { playgroundQueries } from "./queries";
import { useAnswer } from "./use-answer";

/** Asks a model on a client's account: it counts, and is refused, as an app's call would be. */
export function Playground({ tenantSlug }: { tenantSlug: string }) {
  const { data, error, refetch } = useQuery(playgroundQueries.options(tenantSlug));
  if (error && !data) return <ErrorState title="The playground could not be loaded" error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="mx-6 h-64" />;
  if (data.providers.length === 0) {
    return (
      <EmptyState title="No provider to ask yet">
        As soon as the agency has added a provider, you can try its models here.
      </EmptyState>
    );
  }
  return <Console tenantSlug={tenantSlug} providers={data.providers} />;
}

type ConsoleProps = { tenantSlug: string; providers: PlaygroundOptions["providers"] };

function Console({ tenantSlug, providers }: ConsoleProps) {
  const { answer, ask, stop } = useAnswer(tenantSlug);
  const form = useForm({
    initial: { provider: providers[0]?.slug ?? "", model: "", system: "", user: "" },
    draft: `playground:${tenantSlug}`,
    onSubmit: async ({ user, system }) => {
      // Not with the page, which would be slower to open for it.
      const { playgroundInput } = await import("@/lib/playground/schema");
      await ask(playgroundInput.parse({ provider, model, user, ...(system.trim() !== "" && { system }) }));
    },
  });
  const provider = providers.find(({ slug }) => slug === form.values.provider)?.slug ?? providers[0]?.slug ?? "";
  const { data: known } = useQuery(playgroundQueries.models(tenantSlug, provider));
  const { value: chosenModel, onChange: onModel, error: modelError } = form.field("model");
  const model = chosenModel || (known?.usual ?? "");

  function onKeyDown(event: KeyboardEvent<HTMLFormElement>) {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.currentTarget.requestSubmit();
    else if (event.key === "Escape" && form.busy) stop();
    else return;
    event.preventDefault();
  }

  /**
   * One button asks and stops, so that it keeps its focus. By the time a click on it has its effect it is the one that asks
   * again; and the second click of who asked by a double one is meant for neither.
   */
  function stopByButton(event: MouseEvent) {
    event.preventDefault();
    if (event.detail < 2) stop();
  }

  return (
    <div className="page-gutter grid min-w-0 gap-6 lg:grid-cols-2">
      <form {...form.formProps} onKeyDown={onKeyDown} className="grid content-start gap-4" aria-label="Question">
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label="Provider"
            {...form.field("provider")}
            value={provider}
            onChange={(slug) => form.change({ provider: slug, model: "" })}
            options={providers.map(({ slug, name }) => ({ value: slug, label: name }))}
          />
          <Field label="Model" error={modelError}>
            {(control) => (
              <Combobox
                {...control}
                value={model}
                onChange={onModel}
                options={known?.models ?? []}
                allowsOther
                placeholder="Choose, or write its name"
              />
            )}
          </Field>
        </div>
        <TextAreaField label="System" optional dir="auto" className="min-h-14" {...form.field("system")} />
        <TextAreaField label="Message" dir="auto" className="min-h-28" {...form.field("user")} />
        <div className="flex flex-wrap items-center gap-3">
          {form.busy ? (
            <Button onClick={stopByButton}>
              <Square aria-hidden="true" />
              Stop
            </Button>
          ) : (
            <Button type="submit" look="primary">
              <CornerDownLeft aria-hidden="true" />
              Ask
            </Button>
          )}
          <p className="min-w-0 flex-1 text-caption text-muted">Counts against the limits, like a call of an app.</p>
        </div>
      </form>
      <AnswerPane answer={answer} />
    </div>
  );
}
