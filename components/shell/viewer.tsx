"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { StaffRole } from "@/lib/auth/schema";

/** Who looks at the page, and the agency whose page it is. */
export type Viewer = {
  name: string;
  email: string;
  /** Null for a client's user. */
  staffRole: StaffRole | null;
  agency: {
    name: string;
    timeZone: string;
    currency: string;
    /** Where its picture is found; null when it has none. */
    logo: string | null;
  };
};

const ViewerContext = createContext<Viewer | null>(null);

export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error("useViewer needs a ViewerProvider above it.");
  return viewer;
}

/** Whether the viewer may change clients, keys, plans and providers; a viewer by role only reads. */
export function useCanEdit(): boolean {
  const { staffRole } = useViewer();
  return staffRole === "owner" || staffRole === "admin";
}

/** Whether the viewer owns the installation, and so may change settings and team. */
export function useIsOwner(): boolean {
  return useViewer().staffRole === "owner";
}
