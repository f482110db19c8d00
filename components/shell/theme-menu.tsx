"use client";

import { Check, Monitor, Moon, Sun } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useEffect, useState } from "react";
import { menuItemClasses } from "@/components/ui/menu";
import { readTheme, savePreference, type Theme, themeCookie } from "./preference";

const themes = [
  { value: "system", label: "Same as system", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
] as const;

/** The choice of theme, as part of a menu. */
export function ThemeMenuItems() {
  const [theme, setTheme] = useState<Theme>("system");

  useEffect(() => setTheme(readTheme(document.documentElement.dataset.theme)), []);

  function choose(next: Theme) {
    setTheme(next);
    savePreference(themeCookie, next);
    if (next === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
  }

  return (
    <DropdownMenu.RadioGroup value={theme} onValueChange={(value) => choose(readTheme(value))}>
      <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-caption text-muted">Theme</DropdownMenu.Label>
      {themes.map(({ value, label, icon: Icon }) => (
        <DropdownMenu.RadioItem key={value} value={value} className={menuItemClasses}>
          <Icon aria-hidden="true" />
          <span className="grow">{label}</span>
          <DropdownMenu.ItemIndicator>
            <Check aria-hidden="true" className="text-accent" />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
