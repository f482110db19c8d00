"use client";

import { CircleUserRound, Keyboard, LogOut, UserLock } from "lucide-react";
import { useRouter } from "next/navigation";
import { classNames } from "@/components/ui/class-names";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { ThemeMenuItems } from "./theme-menu";
import { useViewer } from "./viewer";

type UserMenuProps = {
  /** Shows the icon alone. */
  compact?: boolean;
  align?: "start" | "end";
  onShowHelp?: () => void;
};

export function UserMenu({ compact, align = "start", onShowHelp }: UserMenuProps) {
  const router = useRouter();
  const viewer = useViewer();

  return (
    <Menu
      label="Your account"
      align={align}
      trigger={
        <button
          type="button"
          aria-label={`Your account: ${viewer.name}`}
          className={classNames(
            "flex h-10 min-w-0 items-center gap-2.5 rounded-inner text-muted hover:bg-hover hover:text-fg data-[state=open]:bg-hover",
            compact ? "w-10 justify-center" : "w-full px-2.5",
          )}
        >
          <CircleUserRound aria-hidden="true" className="size-4 shrink-0" />
          {!compact && <span className="truncate">{viewer.name}</span>}
        </button>
      }
    >
      <div className="max-w-64 px-2 pt-1.5 pb-1">
        <p className="truncate font-medium">{viewer.name}</p>
        <p className="truncate text-caption text-muted">{viewer.email}</p>
      </div>
      <MenuSeparator />
      <ThemeMenuItems />
      <MenuSeparator />
      {onShowHelp && (
        <MenuItem icon={Keyboard} onSelect={onShowHelp}>
          Keyboard shortcuts
        </MenuItem>
      )}
      <MenuItem icon={UserLock} onSelect={() => router.push("/account")}>
        Your sign-in
      </MenuItem>
      <MenuItem icon={LogOut} onSelect={signOut}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

/** What it takes is loaded when somebody goes, and not with every page. */
async function signOut(): Promise<void> {
  const session = await import("next-auth/react");
  await session.signOut({ callbackUrl: "/login" });
}
