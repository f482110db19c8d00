import { changeMemberInput, changeStaffInput, inviteMemberInput, inviteStaffInput } from "../people/schema";
import type { Operations } from "./operation";

const creates = true;

/** Who may sign in: the staff, and each client's own people. */
export const peopleOperations: Operations = {
  "GET /api/admin/team": { summary: "The staff, by name", who: "owner", answer: "PersonList" },
  "POST /api/admin/team": {
    summary: "Invites somebody to the staff; whoever opens the link chooses the password",
    who: "owner",
    input: inviteStaffInput,
    answer: "InvitedPerson",
    creates,
  },
  "PATCH /api/admin/team/{userId}": {
    summary: "Changes a role; the last owner stays",
    who: "owner",
    input: changeStaffInput,
    answer: "Person",
    versioned: true,
  },
  "DELETE /api/admin/team/{userId}": {
    summary: "Takes somebody off the staff, and ends their sessions",
    who: "owner",
    answer: null,
  },
  "POST /api/admin/team/{userId}/link": {
    summary: "Makes a new link to choose a password by; earlier ones are good no more",
    who: "owner",
    answer: "Invitation",
    creates,
  },
  "DELETE /api/admin/team/{userId}/sessions": { summary: "Signs somebody out everywhere", who: "owner", answer: null },
  "DELETE /api/admin/team/{userId}/second-step": {
    summary: "Lets somebody sign in with the password alone, and ends their sessions",
    who: "owner",
    answer: null,
  },
  "GET /api/admin/tenants/{tenantId}/people": {
    summary: "Who signs in for a client, by name",
    who: "viewer",
    answer: "PersonList",
  },
  "POST /api/admin/tenants/{tenantId}/people": {
    summary: "Invites somebody to a client; who has a password already needs no link",
    who: "admin",
    input: inviteMemberInput,
    answer: "InvitedPerson",
    creates,
  },
  "PATCH /api/admin/tenants/{tenantId}/people/{userId}": {
    summary: "Changes a role",
    who: "admin",
    input: changeMemberInput,
    answer: "Person",
    versioned: true,
  },
  "DELETE /api/admin/tenants/{tenantId}/people/{userId}": {
    summary: "Takes somebody from a client's people, and ends their sessions",
    who: "admin",
    answer: null,
  },
  "POST /api/admin/tenants/{tenantId}/people/{userId}/link": {
    summary: "Makes a new link to choose a password by; for one of the staff, only by the owner",
    who: "admin",
    answer: "Invitation",
    creates,
  },
  "DELETE /api/admin/tenants/{tenantId}/people/{userId}/sessions": {
    summary: "Signs somebody out everywhere; one of the staff, only by the owner",
    who: "admin",
    answer: null,
  },
  "DELETE /api/admin/tenants/{tenantId}/people/{userId}/second-step": {
    summary:
      "Lets somebody sign in with the password alone, and ends their sessions; one of the staff, only by the owner",
    who: "admin",
    answer: null,
  },
};
