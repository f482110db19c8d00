"use client";

import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { type ReactNode, useState } from "react";
import { CommandPalette } from "@/components/palette/command-palette";
import { PaletteButton } from "@/components/palette/palette-button";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { Tooltip } from "@/components/ui/tooltip";
import { KeyboardHelp } from "./keyboard-help";
import { AgencyLogo } from "./logo";
import { MobileBar } from "./mobile-bar";
import { savePreference, sidebarCookie } from "./preference";
import { SidebarLinks } from "./sidebar-links";
import { SkipLink } from "./skip-link";
import { useShortcuts } from "./use-shortcuts";
import { UserMenu } from "./user-menu";
import { useViewer } from "./viewer";

/** The staff console around a page: sidebar, keyboard, help. */
export function Shell({ initiallyCompact, children }: { initiallyCompact: boolean; children: ReactNode }) {
  const { agency } = useViewer();
  const [compact, setCompact] = useState(initiallyCompact);
  const [helpShown, setHelpShown] = useState(false);
  const [paletteShown, setPaletteShown] = useState(false);
  const openPalette = () => setPaletteShown(true);
  useShortcuts({ onShowHelp: () => setHelpShown(true), onOpenPalette: openPalette });

  function toggle() {
    setCompact(!compact);
    savePreference(sidebarCookie, compact ? "full" : "icons");
  }

  return (
    <div className="min-h-dvh md:flex">
      <SkipLink />
      <MobileBar onOpenPalette={openPalette} />
      <div
        className={classNames(
          "sticky top-0 hidden h-dvh shrink-0 flex-col border-e border-line bg-surface p-2 md:flex print:hidden",
          compact ? "w-14" : "w-58",
        )}
      >
        <header className={classNames("mb-3 flex h-10 items-center gap-2.5", compact ? "justify-center" : "px-2.5")}>
          <AgencyLogo src={agency.logo} size={compact ? "icon" : "bar"} />
          {!compact && <span className="truncate font-semibold">{agency.name}</span>}
        </header>
        <div className="mb-2">
          <PaletteButton compact={compact} onOpen={openPalette} />
        </div>
        <SidebarLinks compact={compact} />
        <div className="mt-auto grid gap-0.5">
          <UserMenu compact={compact} onShowHelp={() => setHelpShown(true)} />
          <Tooltip content={compact ? "Widen the sidebar" : "Narrow the sidebar"} side="right">
            <Button
              look="quiet"
              size="icon"
              className="mx-1"
              onClick={toggle}
              aria-label="Narrow sidebar"
              aria-pressed={compact}
            >
              {compact ? <PanelLeftOpen aria-hidden="true" /> : <PanelLeftClose aria-hidden="true" />}
            </Button>
          </Tooltip>
        </div>
      </div>
      <main id="content" tabIndex={-1} className="min-w-0 grow outline-none">
        {children}
      </main>
      <CommandPalette open={paletteShown} onOpenChange={setPaletteShown} />
      <KeyboardHelp open={helpShown} onOpenChange={setHelpShown} />
    </div>
  );
}
