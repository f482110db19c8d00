"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { FormErrorSummary } from "@/components/ui/field";
import { TextField } from "@/components/ui/text-field";
import { useForm } from "@/components/ui/use-form";
import type { ErrorCode } from "@/lib/errors";
import { signInByPassword } from "./sign-in";

const refusal = "E-mail and password do not match an account.";
const codeIsMissing: ErrorCode = "second_step_required";

/** `returnTo` is a path of this installation. Who has a second step is asked for its code when the password was right. */
export function LoginForm({ returnTo }: { returnTo: string }) {
  const [asksForCode, setAsksForCode] = useState(false);
  const form = useForm({
    initial: { email: "", password: "", code: "" },
    onSubmit: async (values) => {
      const error = await signInByPassword(values);
      if (error === codeIsMissing && !asksForCode) return setAsksForCode(true);
      if (error) throw new Error(reasonOf(error));
      window.location.assign(returnTo);
    },
  });

  return (
    <form {...form.formProps} className="grid gap-4">
      <FormErrorSummary message={form.failure} />
      {asksForCode ? (
        <TextField
          key="code"
          label="Code"
          autoComplete="one-time-code"
          spellCheck={false}
          autoFocus
          help="The 6 digits that your authenticator app shows now, or one of your recovery codes."
          {...form.field("code")}
        />
      ) : (
        <>
          <TextField label="E-mail" type="email" autoComplete="username" autoFocus {...form.field("email")} />
          <TextField label="Password" type="password" autoComplete="current-password" {...form.field("password")} />
        </>
      )}
      <Button type="submit" look="primary" size="large" className="mt-2" busy={form.busy}>
        Sign in
      </Button>
    </form>
  );
}

/** The library's own code for a wrong password says nothing to people; other texts are ours. */
function reasonOf(error: string): string {
  if (error === codeIsMissing) return "Enter the code that your authenticator app shows.";
  return error === "CredentialsSignin" ? refusal : error;
}
