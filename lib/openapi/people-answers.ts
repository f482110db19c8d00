import { z } from "zod";
import type { Invitation, InvitedPerson, Person, PersonList } from "../people/schema";
import { instant, uuid } from "./answer-fields";

const person = z.object({
  id: uuid,
  name: z.string(),
  email: z.string(),
  role: z.enum(["owner", "admin", "viewer", "manager", "member"]),
  state: z.enum(["active", "invited"]),
  isStaff: z.boolean(),
  hasSecondStep: z.boolean(),
  createdAt: instant,
}) satisfies z.ZodType<Person>;

const invitation = z.object({
  path: z.string().meta({ description: "Of this installation; a secret." }),
  expiresAt: instant,
  mailed: z.boolean(),
}) satisfies z.ZodType<Invitation>;

export const peopleAnswers = {
  Person: person,
  PersonList: z.object({ items: z.array(person) }) satisfies z.ZodType<PersonList>,
  Invitation: invitation,
  InvitedPerson: z.object({ person, invitation: invitation.nullable() }) satisfies z.ZodType<InvitedPerson>,
};
