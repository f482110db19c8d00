import { expect, test } from "vitest";
import { messageOf } from "@/components/ui/message-of";
import { AppError } from "@/lib/errors";

const unexpected = "Something unexpected went wrong.";

test.each([
  {
    name: "our own",
    error: new AppError("unavailable", "The server could not be reached."),
    says: "The server could not be reached.",
  },
  {
    name: "one that a form words",
    error: new Error("E-mail and password do not match."),
    says: "E-mail and password do not match.",
  },
  {
    name: "a mistake of ours, which is no lost connection",
    error: new TypeError("x is not a function"),
    says: unexpected,
  },
  { name: "one of the browser's", error: new DOMException("The operation failed.", "DataError"), says: unexpected },
  { name: "one without words", error: new Error(), says: unexpected },
  { name: "something else that was thrown", error: "no", says: unexpected },
])("an error is told in words for people: $name", ({ error, says }) => {
  expect(messageOf(error)).toBe(says);
});
