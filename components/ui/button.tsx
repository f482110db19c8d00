import { Slot } from "radix-ui";
import type { ComponentProps, MouseEvent } from "react";
import { classNames } from "./class-names";

const looks = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong disabled:bg-accent/50",
  secondary: "border border-line bg-surface text-fg hover:bg-hover disabled:text-faint",
  quiet: "text-muted hover:bg-hover hover:text-fg disabled:text-faint",
  danger: "bg-over text-on-over hover:bg-over/90 disabled:bg-over/50",
};

const sizes = {
  medium: "h-8 px-3",
  large: "h-10 px-4",
  icon: "size-8 justify-center",
};

type ButtonProps = ComponentProps<"button"> & {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
  /** Renders the child (a link) with a button's look. */
  asChild?: boolean;
  /** Something is under way: the button keeps its size and takes no second click. */
  busy?: boolean;
};

function ignore(event: MouseEvent) {
  event.preventDefault();
}

export function Button({
  look = "secondary",
  size = "medium",
  asChild,
  busy,
  className,
  onClick,
  ...props
}: ButtonProps) {
  const Element = asChild ? Slot.Root : "button";

  return (
    <Element
      type={asChild ? undefined : "button"}
      // Not `disabled`, which would take the focus away.
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? ignore : onClick}
      className={classNames(
        "inline-flex shrink-0 items-center justify-center gap-2 rounded-inner font-medium whitespace-nowrap transition-colors",
        "aria-busy:cursor-progress aria-busy:opacity-60 [&_svg]:size-4 [&_svg]:shrink-0",
        looks[look],
        sizes[size],
        className,
      )}
      {...props}
    />
  );
}
