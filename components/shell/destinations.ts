import {
  Boxes,
  ChartColumnStacked,
  LayoutDashboard,
  type LucideIcon,
  Plug,
  ScrollText,
  Settings,
  Users,
} from "lucide-react";

type Destination = {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Pressed after `g`. */
  letter: string;
};

/** Where staff can go. */
export const destinations: Destination[] = [
  { href: "/", label: "Overview", icon: LayoutDashboard, letter: "o" },
  { href: "/clients", label: "Clients", icon: Users, letter: "c" },
  { href: "/sources", label: "Sources", icon: ChartColumnStacked, letter: "s" },
  { href: "/plans", label: "Plans", icon: Boxes, letter: "p" },
  { href: "/providers", label: "Providers", icon: Plug, letter: "v" },
  { href: "/audit", label: "Audit", icon: ScrollText, letter: "a" },
  { href: "/settings", label: "Settings", icon: Settings, letter: "," },
];
