"use client";

import { Search } from "lucide-react";
import { Input } from "./input";

type SearchInputProps = { label: string; value: string; onChange: (value: string) => void };

/** Found by the `/` key; Escape clears it, then leaves it. */
export function SearchInput({ label, value, onChange }: SearchInputProps) {
  return (
    <div className="relative w-full sm:w-64">
      <Search aria-hidden="true" className="pointer-events-none absolute start-2.5 top-2.5 size-4 text-muted" />
      <Input
        type="search"
        data-search=""
        aria-label={label}
        placeholder={label}
        className="ps-8 [&::-webkit-search-cancel-button]:hidden"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (value === "") event.currentTarget.blur();
          else onChange("");
        }}
      />
    </div>
  );
}
