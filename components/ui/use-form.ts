"use client";

import { type FormEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { ZodError } from "zod";
import { AppError } from "@/lib/errors";
import { messageOf } from "./message-of";
import { showToast } from "./toast";

type Errors = Record<string, string>;

/** What went wrong with a form as a whole, and how to begin anew where somebody else was faster. */
export type FormFailure = { message: string; reload?: () => void };

/** What a form changes. It says what it saw, so that nobody's change is overwritten unseen. */
type Edited<Values, Entity> = {
  entity: Entity;
  /** As it is now. */
  load: () => Promise<Entity>;
  valuesOf: (entity: Entity) => Values;
};

/** What was written and not saved, and what it was to change. */
type Draft<Values, Entity> = { values: Values; seen?: Entity };

const outdated =
  "Somebody else has changed it since you opened it, so nothing was saved. Load it again to see it as it is now; what you have written here is lost then.";

type FormOptions<Values, Entity> = {
  initial: Values;
  /** Sends the values, with what is edited as it was seen. What it throws becomes errors beside the fields and a summary. */
  onSubmit: (values: Values, seen: Entity) => Promise<void>;
  edited?: Edited<Values, Entity> | undefined;
  /** Keeps unsaved values under this name until they are saved, also when the page is left and opened again. */
  draft?: string;
  /** Never kept as a draft: passwords and credentials. */
  secret?: (keyof Values)[];
};

export function useForm<Values extends Record<string, unknown>, Entity extends object | undefined = undefined>({
  initial,
  onSubmit,
  edited,
  draft,
  secret = [],
}: FormOptions<Values, Entity>) {
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Values>(initial);
  const [errors, setErrors] = useState<Errors>({});
  const [failure, setFailure] = useState<FormFailure | null>(null);
  const [seen, setSeen] = useState(edited?.entity);
  const [busy, setBusy] = useState(false);

  // Not before: the server, which knows of no draft, has rendered the form without it.
  useLayoutEffect(() => {
    const kept = readDraft<Values, Entity>(draft);
    if (kept.values) setValues((current) => ({ ...current, ...kept.values }));
    // It was written for what was seen then, which may be older than what is there now.
    if (kept.seen) setSeen(kept.seen);
  }, [draft]);

  useEffect(() => {
    if (failure) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [failure]);

  function change(changes: Partial<Values>) {
    const next = { ...values, ...changes };
    setValues(next);
    setErrors((current) => withoutKeys(current, Object.keys(changes)));
    if (draft) writeDraft(draft, { values: withoutKeys(next, secret as string[]), seen });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    void run(onSubmit);
  }

  /** Does something with what is written; what it throws becomes errors beside the fields and a summary. */
  async function run(work: (values: Values, seen: Entity) => Promise<void>) {
    if (busy) return;
    setBusy(true);
    setErrors({});
    setFailure(null);
    try {
      await work(values, seen as Entity);
      discard();
    } catch (error) {
      if (form.current === null) return showToast({ tone: "over", title: "Not saved", description: messageOf(error) });
      setErrors(fieldErrors(error));
      setFailure(
        edited && isOutdated(error)
          ? { message: outdated, reload: () => reload(edited) }
          : { message: summaryOf(error) },
      );
    } finally {
      setBusy(false);
    }
  }

  async function reload({ load, valuesOf }: Edited<Values, Entity>) {
    setBusy(true);
    try {
      begin(await load());
      setErrors({});
      setFailure(null);
      focusFirst();
    } catch (error) {
      setFailure({ message: messageOf(error), reload: () => reload({ entity: seen as Entity, load, valuesOf }) });
    } finally {
      setBusy(false);
    }
  }

  /** Begins anew with what is edited as it is now. */
  function begin(entity: Entity) {
    discard();
    setSeen(entity);
    if (edited) setValues(edited.valuesOf(entity));
  }

  /** The value of a field, how to change it, and what is wrong with it. */
  function field<Name extends keyof Values & string>(name: Name) {
    return {
      value: values[name],
      onChange: (value: Values[Name]) => change({ [name]: value } as unknown as Partial<Values>),
      error: errors[name],
    };
  }

  /** Forgets the draft. */
  function discard() {
    if (draft) forgetDraft(draft);
  }

  /** For when the button that had the focus goes away. */
  function focusFirst() {
    form.current?.querySelector<HTMLElement>("input")?.focus();
  }

  return {
    values,
    change,
    field,
    failure,
    busy,
    run,
    begin,
    /** What is edited as it is now that a part of what is written was saved; the rest of it is still to be. */
    saw: setSeen,
    discard,
    focusFirst,
    formProps: { ref: form, onSubmit: submit, noValidate: true },
  };
}

/** Thrown by a form's own check; the message stands beside the field. */
export class FieldError extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

function isOutdated(error: unknown): boolean {
  return error instanceof AppError && error.code === "precondition_failed";
}

function fieldErrors(error: unknown): Errors {
  if (error instanceof FieldError) return { [error.field]: error.message };
  if (error instanceof ZodError) {
    return Object.fromEntries(error.issues.map((issue) => [String(issue.path[0] ?? ""), sentence(issue.message)]));
  }
  const fields = (error as { fields?: Errors }).fields ?? {};
  return Object.fromEntries(Object.entries(fields).map(([name, message]) => [name, sentence(message)]));
}

function summaryOf(error: unknown): string {
  const count = Object.keys(fieldErrors(error)).length;
  if (count === 0) return messageOf(error);
  return count === 1 ? "One field needs your attention." : `${count} fields need your attention.`;
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}

function readDraft<Values, Entity>(draft: string | undefined): Partial<Draft<Values, Entity>> {
  if (!draft) return {};
  try {
    return JSON.parse(sessionStorage.getItem(storageKey(draft)) ?? "{}") as Partial<Draft<Values, Entity>>;
  } catch {
    return {};
  }
}

function writeDraft(draft: string, { values, seen }: Draft<object, unknown>): void {
  try {
    sessionStorage.setItem(storageKey(draft), JSON.stringify({ values, seen }));
  } catch {
    // Storage may be full or forbidden; the form works without drafts.
  }
}

/** For what is written in a form that is not there, or begins anew. */
export function forgetDraft(draft: string): void {
  sessionStorage.removeItem(storageKey(draft));
}

function storageKey(draft: string): string {
  return `draft:${draft}`;
}

function withoutKeys<T extends object>(record: T, keys: string[]): T {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key))) as T;
}
