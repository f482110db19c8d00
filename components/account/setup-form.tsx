"use client";

import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { CurrencyField } from "@/components/ui/currency-field";
import { FormErrorSummary } from "@/components/ui/field";
import { TextField } from "@/components/ui/text-field";
import { TimeZoneField } from "@/components/ui/time-zone-field";
import { useForm } from "@/components/ui/use-form";
import { setupInput } from "@/lib/auth/schema";
import { sendJson } from "@/lib/http/client";
import { signInByPassword } from "./sign-in";

/** The first run: the agency, and the one who owns the installation. */
export function SetupForm() {
  const browserTimeZone = useBrowserTimeZone();
  const form = useForm({
    initial: { agencyName: "", timeZone: "", currency: "USD", name: "", email: "", password: "" },
    draft: "setup",
    secret: ["password"],
    onSubmit: async (values) => {
      const input = { ...values, timeZone: values.timeZone || browserTimeZone };
      setupInput.parse(input);
      await sendJson("POST", "/api/setup", input);
      await signInByPassword({ email: values.email, password: values.password });
      window.location.assign("/");
    },
  });
  const timeZone = form.field("timeZone");

  return (
    <form {...form.formProps} className="grid gap-4">
      <FormErrorSummary message={form.failure} />
      <TextField label="Agency name" autoComplete="organization" {...form.field("agencyName")} />
      <div className="grid items-start gap-4 sm:grid-cols-[1fr_8rem]">
        <TimeZoneField {...timeZone} value={timeZone.value || browserTimeZone} />
        <CurrencyField {...form.field("currency")} />
      </div>
      <hr className="my-2 border-line" />
      <TextField label="Your name" autoComplete="name" {...form.field("name")} />
      <TextField label="E-mail" type="email" autoComplete="username" {...form.field("email")} />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        help="12 characters or more."
        {...form.field("password")}
      />
      <Button type="submit" look="primary" size="large" className="mt-2" busy={form.busy}>
        Create the console
      </Button>
    </form>
  );
}

/** The zone of the browser's clock; UTC until the page runs there. */
function useBrowserTimeZone(): string {
  const [timeZone, setTimeZone] = useState("UTC");
  useEffect(() => setTimeZone(Intl.DateTimeFormat().resolvedOptions().timeZone), []);
  return timeZone;
}
