"use client";

import { Button } from "@/components/ui/button";
import { FormErrorSummary } from "@/components/ui/field";
import { TextField } from "@/components/ui/text-field";
import { FieldError, useForm } from "@/components/ui/use-form";
import { choosePasswordInput } from "@/lib/auth/schema";
import { sendJson } from "@/lib/http/client";
import { signInByPassword } from "./sign-in";

/** Chooses the password of whoever the link is for, and signs them in. */
export function PasswordForm({ token, email }: { token: string; email: string }) {
  const form = useForm({
    initial: { password: "", again: "" },
    onSubmit: async ({ password, again }) => {
      const input = choosePasswordInput.parse({ token, password });
      if (password !== again) throw new FieldError("again", "This is not the same password");
      await sendJson("POST", "/api/auth/password", input);
      await signInByPassword({ email, password });
      window.location.assign("/");
    },
  });

  return (
    <form {...form.formProps} className="grid gap-4">
      <FormErrorSummary message={form.failure} />
      {/* Password managers keep the password under this name. */}
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        autoFocus
        help="12 characters or more."
        {...form.field("password")}
      />
      <TextField label="The same again" type="password" autoComplete="new-password" {...form.field("again")} />
      <Button type="submit" look="primary" size="large" className="mt-2" busy={form.busy}>
        Choose password
      </Button>
    </form>
  );
}
