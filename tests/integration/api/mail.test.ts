import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeStaff, unique } from "../../factories";
import { MailServer } from "../../fixtures/mail-server";

const server = new MailServer();
beforeAll(async () => {
  process.env.SMTP_URL = await server.start();
  process.env.SMTP_FROM = "Harbour Digital <ai@harbour.test>";
  process.env.PUBLIC_URL = "https://ai.harbour.test";
});
afterAll(async () => await server.stop());
useDatabase();

test("an invitation goes out by mail, to the public address whatever host was asked", async () => {
  const email = `${unique("pat").replace(" ", ".")}@people.test`;
  const { body } = await api("POST", "/api/admin/team", {
    body: { name: "Pat Person", email, role: "viewer" },
    headers: { host: "evil.test", "x-forwarded-host": "evil.test" },
  });
  expect(body.invitation.mailed).toBe(true);
  const mail = (await server.whenArrived(1)).at(-1) ?? "";
  expect(mail).toContain("From: Harbour Digital <ai@harbour.test>");
  expect(mail).toContain(email);
  expect(mail).toContain(`https://ai.harbour.test${body.invitation.path}`);
  expect(mail).not.toContain("evil.test");
});

test("who forgot the password is mailed a link; an unknown address gets the same answer and no mail", async () => {
  const user = await makeStaff("viewer");
  const before = server.mails.length;
  const ask = (email: string) => api("POST", "/api/auth/password-reset", { as: "nobody", body: { email } });
  expect(await ask(`${unique("nobody").replace(" ", ".")}@people.test`)).toMatchObject({ status: 204, body: null });
  expect(await ask(user.email)).toMatchObject({ status: 204, body: null });

  const mails = await server.whenArrived(before + 1);
  expect(mails.slice(before)).toHaveLength(1);
  const token = /\/welcome\/(\S+)/.exec(mails.at(-1) ?? "")?.[1];
  const chosen = { token, password: "correct horse battery staple" };
  expect(await api("POST", "/api/auth/password", { as: "nobody", body: chosen })).toMatchObject({
    status: 200,
    body: { email: user.email },
  });
});

test("nobody's mailbox is filled: the fourth link within a quarter of an hour is refused", async () => {
  const { email } = await makeStaff("viewer");
  const answers = [];
  for (let count = 0; count < 4; count++)
    answers.push(await api("POST", "/api/auth/password-reset", { as: "nobody", body: { email } }));
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 429]);
});
