export type Value = string | number | boolean | null;

/** One row of a composite type of SQL, as text: an element of `arrayOf`. */
export type RecordText = string & { readonly kind: unique symbol };

/** A row as PostgreSQL reads it within an array, its values in the order of the type's columns. */
export function recordOf(values: Value[]): RecordText {
  return `"(${literals(values)})"` as RecordText;
}

/** The first values of a row, where they are the same in many. */
export type RecordBeginning = string & { readonly kind: unique symbol };

export function beginningOf(values: Value[]): RecordBeginning {
  return `"(${literals(values)},` as RecordBeginning;
}

export function completed(beginning: RecordBeginning, values: Value[]): RecordText {
  return `${beginning}${literals(values)})"` as RecordText;
}

/** Rows as one array; null where there are none. */
export function arrayOf(records: RecordText[]): string | null {
  return records.length === 0 ? null : `{${records.join(",")}}`;
}

function literals(values: Value[]): string {
  let text = "";
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ",";
    text += literal(values[index] as Value);
  }
  return text;
}

function literal(value: Value): string {
  if (value === null) return "";
  return typeof value === "string" ? quoted(value) : String(value);
}

/** What stands for itself even within a record within an array. */
const plain = /^[\w.:-]+$/;

/** Quoted once for the record, and what that takes once more for the array. */
function quoted(text: string): string {
  if (plain.test(text)) return text;
  return `\\"${text.replace(/["\\]/g, (character) => (character === "\\" ? "\\\\\\\\" : '\\\\\\"'))}\\"`;
}
