import type { RecordText } from "@/lib/metering/records";

/** The values of a row of a batch, as texts; null where there is none. */
export function fieldsOf(record: RecordText | undefined): (string | null)[] {
  const row = (record ?? "").slice(2, -2).replace(/\\(.)/g, "$1");
  const fields = row.match(/(?<=^|,)("(\\.|[^"\\])*"|[^,]*)/g) ?? [];
  return fields.map((field) => {
    if (field === "") return null;
    return field.startsWith('"') ? field.slice(1, -1).replace(/\\(.)/g, "$1") : field;
  });
}
