"use client";

import Link from "next/link";
import { Tabs } from "radix-ui";
import { type ReactNode, useLayoutEffect, useRef } from "react";

type TabLinksProps = {
  label: string;
  tabs: { value: string; label: string; href: string }[];
  current: string;
  children: ReactNode;
};

/** Tabs whose panels have a URL of their own: arrow keys move between them, Enter opens one. */
export function TabLinks({ label, tabs, current, children }: TabLinksProps) {
  const list = useRef<HTMLDivElement>(null);

  // On a narrow screen the tabs scroll sideways, and the current one may be beyond the edge.
  useLayoutEffect(() => showCurrent(list.current, current), [current]);

  return (
    <Tabs.Root value={current} activationMode="manual">
      <Tabs.List
        ref={list}
        aria-label={label}
        className="page-gutter flex gap-5 overflow-x-auto border-b border-line print:hidden"
      >
        {tabs.map((tab) => (
          <Tabs.Trigger key={tab.value} value={tab.value} asChild>
            <Link
              href={tab.href}
              data-tab={tab.value}
              onKeyDown={(event) => event.key === " " && event.currentTarget.click()}
              className="-mb-px flex h-10 items-center border-b-2 border-transparent whitespace-nowrap text-muted hover:text-fg focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-fg"
            >
              {tab.label}
            </Link>
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value={current} tabIndex={-1} className="outline-none">
        {children}
      </Tabs.Content>
    </Tabs.Root>
  );
}

function showCurrent(list: HTMLElement | null, current: string): void {
  const tab = list?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(current)}"]`);
  if (!list || !tab) return;
  const middle = tab.offsetLeft + tab.offsetWidth / 2;
  list.scrollLeft = middle - list.offsetLeft - list.clientWidth / 2;
}
