const dateFormats = new Map<string, Intl.DateTimeFormat>();
const numberFormats = new Map<string, Intl.NumberFormat>();

/** To make one takes many times as long as to use it, and a table uses the same few for hundreds of cells: each is made once. */
export function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return kept(dateFormats, options, () => new Intl.DateTimeFormat("en-GB", options));
}

export function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return kept(numberFormats, options, () => new Intl.NumberFormat("en", options));
}

function kept<Format>(formats: Map<string, Format>, options: object, make: () => Format): Format {
  const name = JSON.stringify(options);
  const made = formats.get(name) ?? make();
  formats.set(name, made);
  return made;
}
