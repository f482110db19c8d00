import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { admitStaff } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { peopleQuery } from "@/components/people/queries";
import { teamScope } from "@/components/people/scope";
import { TeamPage } from "@/components/people/team-page";
import { listStaff } from "@/lib/people/store";

export const metadata: Metadata = { title: "Team" };

export default async function Page() {
  const { staffRole } = await admitStaff();
  if (staffRole !== "owner") notFound();

  return (
    <Hydrated data={[[peopleQuery(teamScope).queryKey, { items: await listStaff() }]]}>
      <TeamPage />
    </Hydrated>
  );
}
