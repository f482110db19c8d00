export type Value = string | number | boolean | null;

/** Rows as the columns of a statement: for each an array as PostgreSQL reads it. Without rows every column is null. */
export function columnsOf(rows: Value[][], width: number): (string | null)[] {
  if (rows.length === 0) return new Array(width).fill(null);

  const columns: string[] = [];
  for (let column = 0; column < width; column++) {
    let text = "{";
    for (let row = 0; row < rows.length; row++) {
      if (row > 0) text += ",";
      text += literal((rows[row] as Value[])[column] as Value);
    }
    columns.push(`${text}}`);
  }
  return columns;
}

function literal(value: Value): string {
  if (value === null) return "NULL";
  return typeof value === "string" ? quoted(value) : String(value);
}

function quoted(text: string): string {
  return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, "\\$&") : text}"`;
}
