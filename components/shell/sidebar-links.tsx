"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { classNames } from "@/components/ui/class-names";
import { Tooltip } from "@/components/ui/tooltip";
import { useDestinations } from "./destinations";

export function SidebarLinks({ compact, onNavigate }: { compact?: boolean; onNavigate?: () => void }) {
  const pathname = usePathname();
  const destinations = useDestinations();

  return (
    <nav aria-label="Main">
      <ul className="grid gap-0.5">
        {destinations.map(({ href, label, icon: Icon }) => {
          const isCurrent = href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
          const link = (
            <Link
              href={href}
              onClick={onNavigate}
              aria-label={compact ? label : undefined}
              aria-current={isCurrent ? "page" : undefined}
              className={classNames(
                "flex h-9 items-center gap-2.5 rounded-inner text-muted hover:bg-hover hover:text-fg",
                "aria-[current=page]:bg-accent/10 aria-[current=page]:font-medium aria-[current=page]:text-fg aria-[current=page]:[&_svg]:text-accent",
                compact ? "w-10 justify-center" : "px-2.5",
              )}
            >
              <Icon aria-hidden="true" className="size-4 shrink-0" />
              {!compact && label}
            </Link>
          );
          return (
            <li key={href}>
              {compact ? (
                <Tooltip content={label} side="right">
                  {link}
                </Tooltip>
              ) : (
                link
              )}
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
