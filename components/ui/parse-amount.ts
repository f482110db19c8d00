const multiples = { "": 1, k: 1e3, m: 1e6, b: 1e9 } as const;

export type ParsedAmount = { valid: true; amount: number | null } | { valid: false };

/**
 * What a person wrote for a whole amount: `50000`, `50,000`, `50 000`, `50k`, `1.5M`, `2b`. Empty is null ("no limit").
 * A comma or a space groups thousands, a point begins decimals; anything that is not a whole number is refused.
 */
export function parseAmount(text: string): ParsedAmount {
  const written = text.trim().toLowerCase();
  if (written === "") return { valid: true, amount: null };

  const match = /^(\d{1,3}(?:[,\s_]\d{3})+|\d+)(\.\d+)?\s*([kmb]?)$/.exec(written);
  if (!match) return { valid: false };

  const [, whole = "", fraction = "", suffix = ""] = match;
  const scaled = Number(whole.replace(/\D/g, "") + fraction) * multiples[suffix as keyof typeof multiples];
  const amount = Math.round(scaled);
  // `1.1b` is not quite whole as a product of binary numbers; what is written to the last digit is.
  const isWhole = Math.abs(scaled - amount) < 1e-3;
  return isWhole && Number.isSafeInteger(amount) ? { valid: true, amount } : { valid: false };
}
