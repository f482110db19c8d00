"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { FormErrorSummary } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { TextField } from "@/components/ui/text-field";
import { useForm } from "@/components/ui/use-form";
import { resetInput } from "@/lib/auth/schema";
import { sendJson } from "@/lib/http/client";

export function ResetForm() {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({
    initial: { email: "" },
    onSubmit: async (values) => {
      const input = resetInput.parse(values);
      await sendJson("POST", "/api/auth/password-reset", input);
      setSentTo(input.email);
    },
  });
  if (sentTo)
    return (
      <div role="status">
        <Notice tone="info">
          If {sentTo} has an account here, a mail with a link is on its way. It works for a day.
        </Notice>
      </div>
    );

  return (
    <form {...form.formProps} className="grid gap-4">
      <FormErrorSummary message={form.failure} />
      <TextField label="E-mail" type="email" autoComplete="username" autoFocus {...form.field("email")} />
      <Button type="submit" look="primary" size="large" busy={form.busy}>
        Send the link
      </Button>
    </form>
  );
}
