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

/** The agency's own picture, or else a sluice gate. Its name stands beside it. */
export function AgencyLogo({ src, className }: { src: string | null; className?: string }) {
  if (src === null) return <Logo className={classNames(className, "text-accent")} />;
  return <img src={src} alt="" className={classNames(className, "object-contain")} />;
}
