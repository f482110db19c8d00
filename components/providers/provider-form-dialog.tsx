"use client";

import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { FormErrorSummary } from "@/components/ui/field";
import { FormActions } from "@/components/ui/form-actions";
import { SelectField } from "@/components/ui/select-field";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import { useForm } from "@/components/ui/use-form";
import { getJson } from "@/lib/http/client";
import { createProviderInput, type Provider, updateProviderInput } from "@/lib/providers/schema";
import { type Dialect, dialects, factsOf, type Vendor, vendors } from "@/lib/providers/vendors";
import { useProviderChanges } from "./use-provider-changes";

const dialectLabels: Record<Dialect, string> = { openai: "OpenAI", anthropic: "Anthropic", gemini: "Gemini" };

export function ProviderFormDialog({ provider, onClose }: { provider?: Provider; onClose: () => void }) {
  const { create, update } = useProviderChanges();
  const form = useForm({
    initial: valuesOf(provider),
    draft: provider ? undefined : "new-provider",
    secret: ["credential"],
    edited: provider && {
      entity: provider,
      load: () => getJson<Provider>(`/api/admin/providers/${provider.id}`),
      valuesOf,
    },
    onSubmit: async ({ vendor, slug, name, baseUrl, dialect, credential, isDefault }, seen) => {
      const shared = {
        name,
        baseUrl,
        isDefault,
        ...(credential && { credential }),
        ...(isChosen(vendor) && { dialect }),
      };
      if (seen) await update(seen, updateProviderInput.parse(shared));
      else await create(createProviderInput.parse({ ...shared, vendor, slug }));
      showToast({
        title: `${name} is saved`,
        ...(!provider && { description: "Test the connection before clients call it." }),
      });
      onClose();
    },
  });
  const { vendor, slug } = form.values;
  const facts = factsOf(vendor);

  /** A vendor brings its name, address and slug; what was written by hand stays. */
  function chooseVendor(next: Vendor) {
    const { label, baseUrl, dialect } = factsOf(next);
    const isByHand = !["", facts.baseUrl ?? ""].includes(form.values.baseUrl.trim());
    form.change({
      vendor: next,
      ...(!isByHand && { baseUrl: baseUrl ?? "" }),
      dialect: dialect ?? "openai",
      ...(isUntouched(form.values.name, vendor) && { name: next === "custom" ? "" : label }),
      ...(slug === vendor && { slug: next }),
    });
  }

  function cancel() {
    form.discard();
    onClose();
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={provider ? `Edit ${provider.name}` : "Add provider"}
    >
      <form {...form.formProps} className="grid gap-4">
        <FormErrorSummary message={form.failure} />
        <SelectField
          label="Vendor"
          disabled={provider !== undefined}
          value={vendor}
          onChange={(next) => chooseVendor(next as Vendor)}
          options={vendors.map((value) => ({ value, label: factsOf(value).label }))}
        />
        <TextField label="Name" {...form.field("name")} />
        <TextField
          label="Slug"
          disabled={provider !== undefined}
          help={`Clients call /api/proxy/${slug || "…"}`}
          spellCheck={false}
          {...form.field("slug")}
        />
        <TextField
          label="Base URL"
          type="url"
          placeholder="https://"
          help="The host, and any prefix before the version (no /v1)."
          {...form.field("baseUrl")}
        />
        {isChosen(vendor) && (
          <SelectField
            label="Dialect"
            help="Whose requests and answers it speaks."
            value={form.values.dialect}
            onChange={(next) => form.change({ dialect: next as Dialect })}
            options={dialects.map((value) => ({ value, label: dialectLabels[value] }))}
          />
        )}
        <TextField
          label="Credential"
          type="password"
          autoComplete="new-password"
          optional={facts.credentialOptional}
          placeholder={provider?.credentialSet ? "Unchanged" : undefined}
          help="Kept encrypted on this server; nobody can read it again, you can only replace it."
          {...form.field("credential")}
        />
        <Checkbox
          label="Default provider"
          help="Calls to /api/proxy/v1 go to it."
          checked={form.values.isDefault}
          onChange={form.field("isDefault").onChange}
        />
        <FormActions busy={form.busy} onCancel={cancel}>
          Save provider
        </FormActions>
      </form>
    </Dialog>
  );
}

function valuesOf(provider: Provider | undefined) {
  const vendor: Vendor = provider?.vendor ?? "openai";
  const facts = factsOf(vendor);
  return {
    vendor,
    slug: provider?.slug ?? vendor,
    name: provider?.name ?? facts.label,
    baseUrl: provider?.baseUrl ?? facts.baseUrl ?? "",
    dialect: provider?.dialect ?? facts.dialect ?? "openai",
    credential: "",
    isDefault: provider?.isDefault ?? false,
  };
}

/** Whether the dialect is chosen here and not settled by the vendor. */
function isChosen(vendor: Vendor): boolean {
  return factsOf(vendor).dialect === null;
}

function isUntouched(name: string, vendor: Vendor): boolean {
  return name === "" || name === factsOf(vendor).label;
}
