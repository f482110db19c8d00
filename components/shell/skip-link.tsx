export function SkipLink() {
  return (
    <a
      href="#content"
      className="sr-only z-50 rounded-inner bg-accent px-3 py-2 font-medium text-on-accent focus:not-sr-only focus:fixed focus:start-3 focus:top-3"
    >
      Skip to content
    </a>
  );
}
