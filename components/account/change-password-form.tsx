"use client";

import { Button } from "@/components/ui/button";
import { FormErrorSummary } from "@/components/ui/field";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import { FieldError, useForm } from "@/components/ui/use-form";
import { changePasswordInput } from "@/lib/auth/schema";
import { useAccountChanges } from "./use-account-changes";

const empty = { password: "", newPassword: "", again: "" };

export function ChangePasswordForm({ email }: { email: string }) {
  const { changePassword } = useAccountChanges();
  const form = useForm({
    initial: empty,
    onSubmit: async ({ password, newPassword, again }) => {
      const input = changePasswordInput.parse({ password, newPassword });
      if (newPassword !== again) throw new FieldError("again", "This is not the same password");
      await changePassword(input);
      form.change(empty);
      showToast({ title: "Password changed", description: "Your other sessions have ended." });
    },
  });

  return (
    <form {...form.formProps} className="grid max-w-md gap-4">
      <FormErrorSummary message={form.failure} />
      {/* Password managers keep the password under this name. */}
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <TextField label="Present password" type="password" autoComplete="current-password" {...form.field("password")} />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        help="12 characters or more."
        {...form.field("newPassword")}
      />
      <TextField label="The same again" type="password" autoComplete="new-password" {...form.field("again")} />
      <div>
        <Button type="submit" busy={form.busy}>
          Change password
        </Button>
      </div>
    </form>
  );
}
