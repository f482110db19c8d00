"use client";

import { useRouter } from "next/navigation";
import { Button } from "@/components/ui/button";
import { CurrencyField } from "@/components/ui/currency-field";
import { FormErrorSummary } from "@/components/ui/field";
import { SelectField } from "@/components/ui/select-field";
import { TextAreaField } from "@/components/ui/text-area-field";
import { TextField } from "@/components/ui/text-field";
import { TimeZoneField } from "@/components/ui/time-zone-field";
import { showToast } from "@/components/ui/toast";
import { FieldError, useForm } from "@/components/ui/use-form";
import { type Settings, updateSettingsInput } from "@/lib/agency/schema";
import { getJson } from "@/lib/http/client";
import { RefusalPreview } from "./refusal-preview";
import { disconnectChoices, unpricedChoices } from "./settings-words";
import { useSettingsChanges } from "./use-settings-changes";

export function SettingsForm({ settings }: { settings: Settings }) {
  const router = useRouter();
  const { update } = useSettingsChanges();
  const form = useForm({
    initial: valuesOf(settings),
    edited: { entity: settings, load: () => getJson<Settings>("/api/admin/settings"), valuesOf },
    draft: "settings",
    onSubmit: async (values, seen) => {
      const input = {
        ...values,
        drainSeconds: secondsOf(values.drainSeconds),
        refusalNote: values.refusalNote.replace(/\s+/g, " "),
      };
      updateSettingsInput.parse(input);
      // How long calls are kept and who gets alerts is decided beside this form, which leaves it as it is.
      const { retentionMonths, alertRecipients } = settings;
      form.begin(await update(input, { ...seen, retentionMonths, alertRecipients }));
      // The agency's name stands in the sidebar, which the server renders.
      router.refresh();
      showToast({ title: "Settings saved", description: "They bind calls from the next one on." });
    },
  });
  const policy = form.field("disconnectPolicy");
  const unpriced = form.field("unpricedPolicy");

  return (
    <form {...form.formProps} className="grid max-w-xl gap-4">
      <FormErrorSummary message={form.failure} />
      <TextField label="Name" help="Your clients see it on their page." {...form.field("name")} />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TimeZoneField help="New clients start with it." {...form.field("timeZone")} />
        <CurrencyField help="How amounts are shown; none is converted." {...form.field("currency")} />
      </div>
      <SelectField
        label="When an app hangs up in the middle of an answer"
        {...policy}
        onChange={(value) => policy.onChange(value as Settings["disconnectPolicy"])}
        options={disconnectChoices}
      />
      {policy.value === "drain" && (
        <TextField
          label="Read on for at most (seconds)"
          inputMode="numeric"
          help="From 1 to 600. What lasts longer is stopped and estimated."
          {...form.field("drainSeconds")}
        />
      )}
      <SelectField
        label="A model without a price, where a plan limits cost"
        help="A plan can have its own answer."
        {...unpriced}
        onChange={(value) => unpriced.onChange(value as Settings["unpricedPolicy"])}
        options={unpricedChoices}
      />
      <TextAreaField
        label="Your words beside a refusal"
        optional
        rows={2}
        className="resize-none"
        help="They follow when a limit of the day or month is used up: such as whom to ask, and how."
        {...form.field("refusalNote")}
      />
      <RefusalPreview note={form.values.refusalNote} timeZone={settings.timeZone} />
      <div>
        <Button type="submit" look="primary" busy={form.busy}>
          Save settings
        </Button>
      </div>
    </form>
  );
}

function valuesOf({ retentionMonths: _, alertRecipients: __, ...settings }: Settings) {
  return { ...settings, drainSeconds: String(settings.drainSeconds), refusalNote: settings.refusalNote ?? "" };
}

function secondsOf(text: string): number {
  if (!/^\d{1,3}$/.test(text.trim())) throw new FieldError("drainSeconds", "Write a number of seconds from 1 to 600");
  return Number(text);
}
