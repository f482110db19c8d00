"use client";

import { Combobox } from "./combobox";
import { Field } from "./field";

type CurrencyFieldProps = {
  value: string;
  onChange: (currency: string) => void;
  error?: string | undefined;
  help?: string;
};

const currencies = Intl.supportedValuesOf("currency");

export function CurrencyField({ value, onChange, error, help }: CurrencyFieldProps) {
  return (
    <Field label="Currency" error={error} help={help}>
      {(control) => <Combobox {...control} value={value} onChange={onChange} options={currencies} />}
    </Field>
  );
}
