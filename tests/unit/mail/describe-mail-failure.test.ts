import { expect, test } from "vitest";
import { describeMailFailure } from "@/lib/mail/describe-mail-failure";

const failure = (code: string, response?: string) => Object.assign(new Error("with details"), { code, response });

test.each([
  [failure("EAUTH", "535 5.7.8 bad credentials"), /user name and password of SMTP_URL: 535 5\.7\.8 bad credentials$/],
  [failure("ETLS"), /No encrypted connection/],
  [
    failure("EENVELOPE", "550 5.7.1\n relaying denied"),
    /^The mail server does not take it: 550 5\.7\.1 relaying denied$/,
  ],
  [failure("ECONNECTION"), /cannot be reached/],
  [failure("ETIMEDOUT"), /cannot be reached/],
  [new Error("anything else"), /cannot be reached/],
])("%s is told in words that say what to do", (error, words) => {
  expect(describeMailFailure(error)).toMatch(words);
  expect(describeMailFailure(error)).not.toContain("with details");
});

test("of a long answer only the beginning is shown", () => {
  expect(describeMailFailure(failure("EMESSAGE", "554 ".padEnd(5_000, "x"))).length).toBeLessThan(300);
});
