import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { Viewer } from "@/components/shell/viewer";
import { findLogoPath } from "@/lib/agency/store";
import { describeMe } from "@/lib/auth/describe-me";
import { isStartPage, signInPath } from "@/lib/auth/page-path";
import { findSignedInUser } from "@/lib/auth/session";
import { getAgency, hasOwner, listMemberships } from "@/lib/auth/store";

/** Who looks at this page, asked once per request. */
const findViewer = cache(async () => {
  const user = await findSignedInUser(await headers());
  if (!user) return null;
  const { name, email, staffRole } = user;
  const [agency, logo] = await Promise.all([getAgency(), findLogoPath()]);
  return { user, viewer: { name, email, staffRole, agency: { ...agency, logo } } satisfies Viewer };
});

/** Admits signed-in staff. To a client's user there is nothing here but the way to their own page; anybody else signs in or sets up. */
export async function admitStaff(): Promise<Viewer> {
  const { viewer } = await admitSignedIn();
  if (viewer.staffRole !== null) return viewer;
  if (isStartPage(await headers())) redirect("/usage");
  return notFound();
}

/** Admits whoever is signed in and belongs to a client; staff without a client of their own go to the console. */
export async function admitClient() {
  const { user, viewer } = await admitSignedIn();
  const tenants = await listMemberships(user.id);
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

/** Admits whoever is signed in, be it for the agency or for a client. */
export async function admitUser() {
  const { user, viewer } = await admitSignedIn();
  return { viewer, me: await describeMe(user) };
}

async function admitSignedIn() {
  const found = await findViewer();
  if (!found) redirect((await hasOwner()) ? signInPath(await headers()) : "/setup");
  return found;
}
