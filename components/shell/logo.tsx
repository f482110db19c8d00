import { classNames } from "@/components/ui/class-names";

/** A sluice gate over water. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" fill="currentColor" className={className}>
      <rect x="4" y="4" width="5" height="24" rx="1.5" />
      <rect x="23" y="4" width="5" height="24" rx="1.5" />
      <rect x="11.5" y="4" width="9" height="12" rx="1.5" />
      <path d="M11.5 21.5c1.5-1.6 3-1.6 4.5 0s3 1.6 4.5 0v3c-1.5 1.6-3 1.6-4.5 0s-3-1.6-4.5 0z" />
    </svg>
  );
}

const sizes = {
  bar: { gate: "size-5 shrink-0", picture: "h-5 max-w-24 shrink-0" },
  icon: { gate: "size-5", picture: "h-5 max-w-full" },
  page: { gate: "mb-6 size-8", picture: "mb-6 h-8 max-w-48 self-start" },
};

type AgencyLogoProps = { src: string | null; size: keyof typeof sizes };

/**
 * The agency's own picture, or else a sluice gate. Its name stands beside it. A wide picture is as high as a square one; and as
 * most are made for paper, on a dark ground there is some behind it.
 */
export function AgencyLogo({ src, size }: AgencyLogoProps) {
  if (src === null) return <Logo className={classNames(sizes[size].gate, "text-accent")} />;
  return (
    <img
      src={src}
      alt=""
      decoding="sync"
      className={classNames(sizes[size].picture, "rounded-[3px] bg-plate object-contain p-px")}
    />
  );
}
