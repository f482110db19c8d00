"use client";

import { Menu as MenuIcon, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { PaletteButton } from "@/components/palette/palette-button";
import { Button } from "@/components/ui/button";
import { AgencyLogo } from "./logo";
import { SidebarLinks } from "./sidebar-links";
import { UserMenu } from "./user-menu";
import { useViewer } from "./viewer";

/** Under 768 px the sidebar is a sheet behind this bar. */
export function MobileBar({ onOpenPalette }: { onOpenPalette: () => void }) {
  const { agency } = useViewer();
  const [open, setOpen] = useState(false);

  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-b border-line bg-surface px-2 md:hidden print:hidden">
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Trigger asChild>
          <Button look="quiet" size="icon" aria-label="Open navigation">
            <MenuIcon aria-hidden="true" />
          </Button>
        </Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
          <Dialog.Content
            aria-describedby={undefined}
            className="fixed inset-y-0 start-0 z-40 w-58 border-e border-line bg-surface p-2 focus:outline-none"
          >
            <div className="mb-2 flex h-9 items-center justify-between ps-2.5">
              <Dialog.Title className="truncate font-medium">{agency.name}</Dialog.Title>
              <Dialog.Close asChild>
                <Button look="quiet" size="icon" aria-label="Close navigation">
                  <X aria-hidden="true" />
                </Button>
              </Dialog.Close>
            </div>
            <SidebarLinks onNavigate={() => setOpen(false)} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      <AgencyLogo src={agency.logo} size="bar" />
      <span className="min-w-0 grow truncate font-medium">{agency.name}</span>
      <PaletteButton compact onOpen={onOpenPalette} />
      <UserMenu compact align="end" />
    </header>
  );
}
