"use client";

import {
  Boxes,
  ChartColumnStacked,
  LayoutDashboard,
  type LucideIcon,
  Plug,
  ScrollText,
  Settings,
  UserCog,
  Users,
} from "lucide-react";
import { useIsOwner } from "./viewer";

type Destination = {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Pressed after `g`. */
  letter: string;
  /** For the owner alone. */
  ownerOnly?: true;
};

const destinations: Destination[] = [
  { href: "/", label: "Overview", icon: LayoutDashboard, letter: "o" },
  { href: "/clients", label: "Clients", icon: Users, letter: "c" },
  { href: "/sources", label: "Sources", icon: ChartColumnStacked, letter: "s" },
  { href: "/plans", label: "Plans", icon: Boxes, letter: "p" },
  { href: "/providers", label: "Providers", icon: Plug, letter: "v" },
  { href: "/team", label: "Team", icon: UserCog, letter: "t", ownerOnly: true },
  { href: "/audit", label: "Audit", icon: ScrollText, letter: "a" },
  { href: "/settings", label: "Settings", icon: Settings, letter: "," },
];

/** Where the viewer can go. */
export function useDestinations(): Destination[] {
  const isOwner = useIsOwner();
  return destinations.filter(({ ownerOnly }) => isOwner || !ownerOnly);
}
