"use client";

import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Archive, KeyRound, Users } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog } from "radix-ui";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useDestinations } from "@/components/shell/destinations";
import { Badge } from "@/components/ui/badge";
import { isOfInputMethod } from "@/components/ui/input-method";
import { messageOf } from "@/components/ui/message-of";
import { useOnceSettled } from "@/components/ui/use-once-settled";
import { useReturnFocus } from "@/components/ui/use-return-focus";
import { useSettled } from "@/components/ui/use-settled";
import type { FoundKey, FoundTenant } from "@/lib/search/schema";
import { searchQueries } from "./queries";

type CommandPaletteProps = { open: boolean; onOpenChange: (open: boolean) => void };

const typingMs = 120;

/** Goes to any page, client or key by a part of its name. */
export function CommandPalette({ open, onOpenChange }: CommandPaletteProps) {
  const returnFocus = useReturnFocus();

  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          {...returnFocus}
          aria-describedby={undefined}
          className="fixed inset-x-3 top-[12vh] z-40 mx-auto max-w-xl overflow-hidden rounded-outer bg-raised shadow-float focus:outline-none"
        >
          <Dialog.Title className="sr-only">Go to</Dialog.Title>
          <Palette onDone={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ onDone }: { onDone: () => void }) {
  const router = useRouter();
  const [text, setText] = useState("");
  const [isMoved, setMoved] = useState(false);
  const typed = text.trim();
  const settled = useSettled(typed, typingMs);
  const { data, error, isFetching, isPlaceholderData, isLoading } = useQuery(searchQueries.find(settled));
  const pages = useDestinations().filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()));
  const { tenants, keys } = typed === "" || !data ? nothing : data;
  const isSettled = typed === "" || (typed === settled && !isPlaceholderData && !isLoading);
  const [first] = [...tenants.map(hrefOfTenant), ...keys.map(hrefOfKey), ...pages.map(({ href }) => href)];
  const onceSettled = useOnceSettled(isSettled, () => first && go(first));

  function go(href: string) {
    onDone();
    router.push(href);
  }

  /** Enter takes the first that is found; who has moved to another one has seen it and takes that. */
  function onKeyDown(event: KeyboardEvent) {
    if (isOfInputMethod(event)) return;
    if (event.key.startsWith("Arrow")) {
      onceSettled.forget();
      setMoved(true);
    }
    if (event.key !== "Enter" || isSettled || isMoved) return;
    event.preventDefault();
    onceSettled.ask();
  }

  function type(text: string) {
    onceSettled.forget();
    setMoved(false);
    setText(text);
  }

  return (
    <Command shouldFilter={false} label="Go to" onKeyDown={onKeyDown}>
      <Command.Input
        value={text}
        onValueChange={type}
        placeholder="Client, key or page"
        className="h-12 w-full border-b border-line bg-transparent px-4 outline-none placeholder:text-muted"
      />
      <Command.List label="Matches" className="max-h-[min(60vh,26rem)] overflow-y-auto p-1">
        {!isFetching && (
          <Command.Empty className="px-3 py-6 text-center text-muted">
            {error ? messageOf(error) : `Nothing is called “${typed}”.`}
          </Command.Empty>
        )}
        {tenants.length > 0 && (
          <Group heading="Clients">
            {tenants.map((tenant) => (
              <TenantItem key={tenant.id} tenant={tenant} onSelect={() => go(hrefOfTenant(tenant))} />
            ))}
          </Group>
        )}
        {keys.length > 0 && (
          <Group heading="Keys">
            {keys.map((key) => (
              <KeyItem key={key.id} of={key} onSelect={() => go(hrefOfKey(key))} />
            ))}
          </Group>
        )}
        {pages.length > 0 && (
          <Group heading="Pages">
            {pages.map(({ href, label, icon: Icon, letter }) => (
              <Item key={href} value={`page ${href}`} onSelect={() => go(href)}>
                <Icon aria-hidden="true" />
                <span className="grow">{label}</span>
                <kbd className="font-mono text-caption text-muted">g {letter}</kbd>
              </Item>
            ))}
          </Group>
        )}
      </Command.List>
    </Command>
  );
}

function hrefOfTenant({ slug }: FoundTenant): string {
  return `/clients/${slug}`;
}

function hrefOfKey({ id, tenantSlug }: FoundKey): string {
  return `/clients/${tenantSlug}/keys?key=${id}`;
}

const nothing = { tenants: [], keys: [] };

function TenantItem({ tenant, onSelect }: { tenant: FoundTenant; onSelect: () => void }) {
  const Icon = tenant.status === "archived" ? Archive : Users;
  return (
    <Item value={`client ${tenant.id}`} onSelect={onSelect}>
      <Icon aria-hidden="true" />
      <bdi className="min-w-0 grow truncate text-left">{tenant.name}</bdi>
      {tenant.status === "suspended" && <Badge tone="over">Suspended</Badge>}
      {tenant.status === "archived" && <Badge>Archived</Badge>}
    </Item>
  );
}

function KeyItem({ of: key, onSelect }: { of: FoundKey; onSelect: () => void }) {
  return (
    <Item value={`key ${key.id}`} onSelect={onSelect}>
      <KeyRound aria-hidden="true" />
      <span className="min-w-0 grow truncate">
        <bdi>{key.name}</bdi> <bdi className="text-muted">{key.tenantName}</bdi>
      </span>
      {key.isRevoked && <Badge>Revoked</Badge>}
      <code className="font-mono text-caption text-muted max-sm:hidden">{key.prefix}…</code>
    </Item>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="**:[[cmdk-group-heading]]:px-3 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1 **:[[cmdk-group-heading]]:text-caption **:[[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  );
}

type ItemProps = { value: string; onSelect: () => void; children: ReactNode };

function Item({ value, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-9 cursor-default items-center gap-2.5 rounded-inner px-3 data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted"
    >
      {children}
    </Command.Item>
  );
}
