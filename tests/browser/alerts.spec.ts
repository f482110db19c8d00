import { expect } from "@playwright/test";
import pg from "pg";
import { MailServer } from "../fixtures/mail-server";
import { admin } from "../server";
import { violationsOf } from "./axe";
import { enter, test, useConsole } from "./console";

const mail = new MailServer();
const env: Record<string, string> = { SMTP_FROM: "Harbour Digital <ai@harbour.test>" };
test.beforeAll(async () => {
  env.SMTP_URL = await mail.start();
});
test.afterAll(async () => await mail.stop());
const { server, database } = useConsole({ env });

test("whether alerts arrive is tried by keyboard, and the section says what became of the last mail", async ({
  page,
}) => {
  await page.goto(`${server.url}/login?to=/settings`);
  await enter(page);
  const section = page.getByRole("region", { name: "Alerts by e-mail" });
  await expect(section).toContainText("Nobody is told");
  await expect(section.getByRole("button", { name: "Send a test" })).toHaveCount(0);

  await section.getByRole("button", { name: "Change" }).press("Enter");
  await page.getByLabel("Who is told").fill("ops@harbour.test");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).press("Enter");
  await section.getByRole("button", { name: "Send a test" }).press("Enter");
  await expect(section.getByRole("status")).toHaveText("The mail server has taken it, for ops@harbour.test.");
  expect(mail.mails).toEqual([expect.stringContaining("Subject: Alerts of Harbour Digital arrive here")]);

  mail.isAway = true;
  await section.getByRole("button", { name: "Send a test" }).press("Enter");
  await expect(section.getByRole("status")).toContainText("The mail server cannot be reached");
  await tryToMail({ minutesAgo: 2_000 });
  await page.reload();
  await expect(section).toContainText("The last mail, about 1 limit, could not be sent 1 d ago.");
  await expect(section).not.toContainText("tried again");

  await tryToMail({ minutesAgo: 12 });
  await page.reload();
  await expect(section).toContainText("The last mail, about 1 limit, could not be sent 12 m ago. It is tried again");
  expect(await violationsOf(page)).toEqual([]);

  await tryToMail({ minutesAgo: 2, isSent: true });
  await page.reload();
  await expect(section).toContainText("The last mail, about 1 limit, was sent 2 m ago.");
});

/** As if an alert had been tried at that time. */
async function tryToMail({ minutesAgo, isSent = false }: { minutesAgo: number; isSent?: boolean }): Promise<void> {
  const { id } = await admin<{ id: string }>(server, "POST", "/tenants", { name: `Acme of ${minutesAgo} minutes ago` });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `insert into quota_alert (tenant_id, subject_id, metric, "window", window_date, threshold, tries, tried_at, sent_at)
     select $1, $1, 'tokens', 'day', current_date, 'near', 1, t.at, case when $3 then t.at end
     from (select now() - make_interval(mins => $2) as at) t`,
    [id, minutesAgo, isSent],
  );
  await client.end();
}
