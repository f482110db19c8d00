"use client";

import { useState } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { useDestinations } from "./destinations";
import { hasLetterShortcuts, saveLetterShortcuts } from "./preference";

const shortcuts = [
  { keys: ["Ctrl", "K"], meaning: "Go to any client, key or page (⌘ K on a Mac)" },
  { keys: ["/"], meaning: "Search this page" },
  { keys: ["j"], meaning: "Next row of a table" },
  { keys: ["k"], meaning: "Row before" },
  { keys: ["Enter"], meaning: "Open the row" },
  { keys: ["Esc"], meaning: "Close, or clear the search" },
  { keys: ["?"], meaning: "This help" },
];

export function KeyboardHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const goTo = useDestinations().map(({ letter, label }) => ({ keys: ["g", letter], meaning: `Go to ${label}` }));

  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts">
      <dl>
        {[...shortcuts, ...goTo].map(({ keys, meaning }) => (
          <div key={meaning} className="flex h-9 items-center justify-between border-t border-line first:border-t-0">
            <dt>{meaning}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <kbd
                  key={key}
                  className="inline-flex h-6 min-w-6 items-center justify-center rounded-inner border border-line-strong px-1.5 font-mono text-caption"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <LetterChoice />
    </Dialog>
  );
}

/** Mounted with the dialog, so that it reads what is kept each time. */
function LetterChoice() {
  const [isOn, setOn] = useState(hasLetterShortcuts);

  function choose(next: boolean) {
    saveLetterShortcuts(next);
    setOn(next);
  }

  return (
    <div className="mt-4 border-t border-line pt-4">
      <Checkbox
        label="Single letters are shortcuts"
        help="Without them Ctrl K still goes anywhere. Kept in this browser."
        checked={isOn}
        onChange={choose}
      />
    </div>
  );
}
