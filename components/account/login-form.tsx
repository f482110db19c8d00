"use client";

import { signIn } from "next-auth/react";
import { Button } from "@/components/ui/button";
import { FormErrorSummary } from "@/components/ui/field";
import { TextField } from "@/components/ui/text-field";
import { useForm } from "@/components/ui/use-form";

const refusal = "E-mail and password do not match an account.";

/** `returnTo` is a path of this installation. */
export function LoginForm({ returnTo }: { returnTo: string }) {
  const form = useForm({
    initial: { email: "", password: "" },
    onSubmit: async ({ email, password }) => {
      const answer = await signIn("credentials", { email, password, redirect: false });
      if (!answer || answer.error) throw new Error(reasonOf(answer?.error));
      window.location.assign(returnTo);
    },
  });

  return (
    <form {...form.formProps} className="grid gap-4">
      <FormErrorSummary message={form.failure} />
      <TextField label="E-mail" type="email" autoComplete="username" autoFocus {...form.field("email")} />
      <TextField label="Password" type="password" autoComplete="current-password" {...form.field("password")} />
      <Button type="submit" look="primary" size="large" className="mt-2" busy={form.busy}>
        Sign in
      </Button>
    </form>
  );
}

/** The library's own code for a wrong password says nothing to people; other texts are ours. */
function reasonOf(error: string | null | undefined): string {
  return !error || error === "CredentialsSignin" ? refusal : error;
}
