import { describe, expect, test } from "vitest";
import { problemOf, requireUnguessable } from "@/lib/auth/guessable-password";

const stolen = new Set(["password", "qwertyuiop12", "leavemealone"]);
const email = "olive.owner@agency.test";

describe("a long password is refused", () => {
  test.each([
    { name: "that was stolen", password: "leavemealone", because: /stolen/ },
    { name: "in other letters", password: "LeaveMeAlone", because: /stolen/ },
    { name: "with digits and signs around it", password: "*Password2026!", because: /stolen/ },
    { name: "that says a stolen one twice", password: "passwordpassword", because: /stolen/ },
    { name: "of few characters", password: "abababababab", because: /few characters/ },
    { name: "that is the e-mail address", password: "Olive.Owner@agency.test", because: /e-mail/ },
    { name: "that is its name, with a year", password: "olive.owner2026", because: /e-mail/ },
  ])("$name", ({ password, because }) => {
    expect(problemOf(password, { email, stolen })).toMatch(because);
  });
});

test.each(["correct horse battery staple", "a password of my own", "9182 7364 5546", "長い長い秘密の言葉です大丈夫"])(
  "%s is taken",
  (password) => {
    expect(problemOf(password, { email, stolen })).toBeNull();
  },
);

test("those of known breaches are refused, beside the field", async () => {
  for (const password of ["1qaz2wsx3edc", "123456789012", "Sunshine2026!!"])
    await expect(requireUnguessable(password, { email: null })).rejects.toMatchObject({
      code: "invalid_request",
      fields: { password: expect.any(String) },
    });
  await requireUnguessable("correct horse battery staple", { email });
});
