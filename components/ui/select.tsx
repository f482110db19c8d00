"use client";

import { Check, ChevronDown } from "lucide-react";
import { Select as Primitive } from "radix-ui";
import { classNames } from "./class-names";
import { controlClasses } from "./input";
import { styleNonce } from "./style-nonce";

type Option = { value: string; label: string; detail?: string };

type SelectProps = {
  value: string;
  onChange: (value: string) => void;
  options: Option[];
  placeholder?: string;
  className?: string;
  disabled?: boolean;
  id?: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
};

export function Select({
  value,
  onChange,
  options,
  placeholder,
  className = "w-full",
  disabled,
  ...trigger
}: SelectProps) {
  return (
    <Primitive.Root value={value} onValueChange={onChange} disabled={disabled}>
      <Primitive.Trigger
        className={classNames(controlClasses, "flex h-9 items-center justify-between gap-2 text-start", className)}
        {...trigger}
      >
        <span className="truncate">
          <Primitive.Value placeholder={placeholder} />
        </span>
        <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-muted" />
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-select-content-available-height) max-w-(--radix-select-content-available-width) min-w-(--radix-select-trigger-width) overflow-hidden rounded-outer bg-raised shadow-float"
        >
          <Primitive.Viewport nonce={styleNonce()} className="p-1">
            {options.map((option) => (
              <Primitive.Item
                key={option.value}
                value={option.value}
                className="flex min-h-8 items-center justify-between gap-4 rounded-inner px-2 py-1 outline-none data-highlighted:bg-hover"
              >
                <span className="min-w-0 [overflow-wrap:anywhere]">
                  <Primitive.ItemText>{option.label}</Primitive.ItemText>
                  {option.detail && <span className="block text-caption text-muted">{option.detail}</span>}
                </span>
                <Primitive.ItemIndicator>
                  <Check aria-hidden="true" className="size-4 text-accent" />
                </Primitive.ItemIndicator>
              </Primitive.Item>
            ))}
          </Primitive.Viewport>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
