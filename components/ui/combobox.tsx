"use client";

import { type KeyboardEvent, useId, useRef, useState } from "react";
import { classNames } from "./class-names";
import { Input } from "./input";
import { isOfInputMethod } from "./input-method";
import { useOnceSettled } from "./use-once-settled";

type ComboboxProps = {
  value: string;
  onChange: (value: string) => void;
  options: string[];
  /** What is typed may be none of them. */
  allowsOther?: boolean;
  /** The options come from who is told what is typed, already narrowed. */
  onType?: (text: string) => void;
  /** Whether the options are those of what is typed, and no longer of the text before. */
  isSettled?: boolean;
  placeholder?: string;
  className?: string;
  id?: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
};

const shownAtMost = 50;

/**
 * A choice from a long list, narrowed by typing. Leaving it with a text that is no option goes back to the last choice, or
 * takes the text where others are allowed.
 */
export function Combobox({
  value,
  onChange,
  options,
  allowsOther,
  onType,
  isSettled = true,
  placeholder,
  className,
  ...control
}: ComboboxProps) {
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const isOpen = text !== null;
  const matches = isOpen ? matchesOf(text) : [];
  const onceSettled = useOnceSettled(isSettled, () => choose(matches[active]));

  function matchesOf(text: string): string[] {
    const found = onType ? options : matching(options, text);
    const other = text.trim();
    return allowsOther && other !== "" && !options.includes(other) ? [other, ...found] : found;
  }

  function choose(option: string | undefined) {
    onceSettled.forget();
    if (option !== undefined) onChange(option);
    setText(null);
  }

  function type(text: string) {
    onceSettled.forget();
    setText(text);
    onType?.(text);
  }

  function open() {
    type("");
    setActive(Math.max(0, matching(options, "").indexOf(value)));
  }

  function move(step: number) {
    if (!isOpen) return open();
    onceSettled.forget();
    const next = Math.min(Math.max(active + step, 0), matches.length - 1);
    setActive(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  }

  function onKeyDown(event: KeyboardEvent) {
    if (isOfInputMethod(event)) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && isOpen && active > 0) choose(matches[active]);
    else if (event.key === "Enter" && isOpen) onceSettled.ask();
    else if (event.key === "Escape" && isOpen) choose(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function onBlur() {
    // What Enter has asked for is chosen when it is found.
    if (onceSettled.isAsked) return;
    if (text)
      choose(options.find((option) => plain(option) === plain(text)) ?? (allowsOther ? text.trim() : undefined));
    else choose(undefined);
  }

  return (
    <div className={classNames("relative", className)}>
      <Input
        {...control}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && matches.length > 0 ? `${listId}-${active}` : undefined}
        spellCheck={false}
        value={text || (isOpen ? "" : value)}
        placeholder={value || placeholder}
        onChange={(event) => {
          type(event.target.value);
          setActive(0);
        }}
        onClick={() => !isOpen && open()}
        onKeyDown={onKeyDown}
        onBlur={onBlur}
      />
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label="Choices"
        hidden={matches.length === 0}
        className="absolute inset-x-0 z-20 mt-1 max-h-56 overflow-y-auto rounded-outer bg-raised p-1 shadow-float"
      >
        {matches.map((option, index) => (
          <div
            key={option}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={option === value}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(option)}
            onKeyDown={onKeyDown}
            className={classNames(
              "flex min-h-8 items-center rounded-inner px-2 [overflow-wrap:anywhere] hover:bg-hover",
              index === active && "bg-hover",
              option === value && "font-medium",
            )}
          >
            {option}
          </div>
        ))}
      </div>
    </div>
  );
}

function matching(options: string[], text: string): string[] {
  const sought = plain(text);
  return sought === "" ? options : options.filter((option) => plain(option).includes(sought)).slice(0, shownAtMost);
}

function plain(text: string): string {
  return text.trim().toLowerCase().replaceAll("_", " ");
}
