import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { Viewer } from "@/components/shell/viewer";
import { signInPath } from "@/lib/auth/page-path";
import { findSignedInUser } from "@/lib/auth/session";
import { getAgency, hasOwner, listMemberships } from "@/lib/auth/store";

/** Who looks at this page, asked once per request. */
const findViewer = cache(async () => {
  const user = await findSignedInUser(await headers());
  if (!user) return null;
  const { id, name, email, staffRole } = user;
  return { id, viewer: { name, email, staffRole, agency: await getAgency() } satisfies Viewer };
});

/** Admits signed-in staff; a client's user is led to their own page, anybody else to sign in or set up. */
export async function admitStaff(): Promise<Viewer> {
  const { viewer } = await admitSignedIn();
  if (viewer.staffRole === null) redirect("/usage");
  return viewer;
}

/** Admits whoever is signed in and belongs to a client; staff without a client of their own go to the console. */
export async function admitClient() {
  const { id, viewer } = await admitSignedIn();
  const tenants = await listMemberships(id);
  if (tenants.length === 0 && viewer.staffRole !== null) redirect("/");
  return { viewer, tenants };
}

export async function admitAnonymous(): Promise<void> {
  if (!(await hasOwner())) redirect("/setup");
  if (await findViewer()) redirect("/");
}

export async function admitFirstRun(): Promise<void> {
  if (await hasOwner()) redirect("/login");
}

async function admitSignedIn() {
  const found = await findViewer();
  if (!found) redirect((await hasOwner()) ? signInPath(await headers()) : "/setup");
  return found;
}
