import { expect, test } from "vitest";
import { localPath } from "@/lib/auth/local-path";
import { signInPath } from "@/lib/auth/page-path";

test.each(["/", "/clients/acme/limits", "/audit?q=acme&kind=key", "/clients/acme?to=//x.test#top", "/a:b@c"])(
  "%s is a page to come back to",
  (path) => expect(localPath(path)).toBe(path),
);

test.each([
  undefined,
  ["/clients", "/plans"],
  "",
  "clients",
  "https://evil.test/",
  "//evil.test",
  "///evil.test",
  "/\\evil.test",
  "/\t/evil.test",
  "/\n/evil.test",
  "\\\\evil.test",
  "javascript:alert(1)",
  "/login?to=/login",
  "/api/auth/signout",
  "/./login",
  "/a/..//evil.test/..",
])("%j leads to the start, and to no other site", (asked) => {
  expect(localPath(asked)).toBe("/");
});

test.each([
  { page: "/clients/acme/limits?x=1", path: "/login?to=%2Fclients%2Facme%2Flimits%3Fx%3D1" },
  { page: "/clients?_rsc=1a2b3", path: "/login?to=%2Fclients" },
  { page: "/", path: "/login" },
  { page: "//evil.test/x", path: "/login" },
])("whoever opens $page without a session signs in at $path", ({ page, path }) => {
  expect(signInPath(new Headers({ "x-sluice-page": page }))).toBe(path);
});
