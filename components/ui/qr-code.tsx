import { encode } from "uqr";

/** A text as a square to be scanned, drawn here: no other service learns of it. Dark on light in both themes, as cameras want it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 3 });
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));

  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} className="size-52 rounded-outer bg-[white]">
      <path d={dark.join("")} fill="black" shapeRendering="crispEdges" />
    </svg>
  );
}
