"use client";

import { Search } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Tooltip } from "@/components/ui/tooltip";

/** Opens the palette for those who do not know its keys, and tells them. */
export function PaletteButton({ compact, onOpen }: { compact: boolean; onOpen: () => void }) {
  if (compact) {
    return (
      <Tooltip content="Go to … (Ctrl K)" side="right">
        <Button look="quiet" size="icon" aria-label="Go to …" onClick={onOpen}>
          <Search aria-hidden="true" />
        </Button>
      </Tooltip>
    );
  }
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-keyshortcuts="Control+K Meta+K"
      className="flex h-9 w-full items-center gap-2.5 rounded-inner border border-line px-2.5 text-muted hover:bg-hover hover:text-fg"
    >
      <Search aria-hidden="true" className="size-4 shrink-0" />
      <span className="grow text-start">Go to …</span>
      <kbd className="font-mono text-caption">Ctrl K</kbd>
    </button>
  );
}
