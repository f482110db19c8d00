/** Chance that comes out the same at every run: the same text gives the same numbers. */
export type Random = {
  /** In [0, 1). */
  next(): number;
  /** In [least, most). */
  between(least: number, most: number): number;
  /** A factor around 1 with a long tail upwards, as sizes of requests and waiting times have. */
  spread(width: number): number;
  /** One of the entries, each as likely as its weight says. */
  pick<T extends { weight: number }>(entries: readonly T[]): T;
};

export function randomOf(text: string): Random {
  let state = hashOf(text);
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    spread: (width) => Math.exp(width * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
    pick: (entries) => pickAt(entries, next()),
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

/** The entry at this share of the way, in [0, 1), through all their weights. */
export function pickAt<T extends { weight: number }>(entries: readonly T[], share: number): T {
  const total = entries.reduce((sum, { weight }) => sum + weight, 0);
  let passed = 0;
  for (const entry of entries) {
    passed += entry.weight;
    if (share * total < passed) return entry;
  }
  return entries.at(-1) as T;
}
