type Cell = string | number | boolean | null;

/** Without it Excel takes a file to be in the encoding of its computer, and shows every umlaut as two other characters. */
const byteOrderMark = "\uFEFF";

/** A table as a file: a line of names, then one line a row, written as fast as it is read. Null is an empty cell. */
export function csvResponse<Row extends Record<string, Cell>>(
  filename: string,
  columns: (keyof Row & string)[],
  rows: Iterable<Row> | AsyncIterable<Row>,
): Response {
  const lines = linesOf(columns, rows);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const chunk = await nextChunk(lines);
      if (chunk === "") controller.close();
      else controller.enqueue(encoder.encode(chunk));
    },
    cancel: async () => void (await lines.return(undefined)),
  });
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${filename}"`,
    },
  });
}

const chunkLength = 32_768;

async function nextChunk(lines: AsyncGenerator<string>): Promise<string> {
  let chunk = "";
  while (chunk.length < chunkLength) {
    const { value, done } = await lines.next();
    if (done) break;
    chunk += value;
  }
  return chunk;
}

async function* linesOf<Row extends Record<string, Cell>>(
  columns: (keyof Row & string)[],
  rows: Iterable<Row> | AsyncIterable<Row>,
): AsyncGenerator<string, undefined> {
  yield byteOrderMark + lineOf(columns);
  for await (const row of rows) yield lineOf(columns.map((column) => row[column] ?? null));
}

/** One line as RFC 4180 has it. */
export function lineOf(cells: Cell[]): string {
  return `${cells.map(cellOf).join(",")}\r\n`;
}

/** What a spreadsheet would run as a formula is made a text by an apostrophe; numbers are what they are. */
function cellOf(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);

  const harmless = /^[\s\0]*[=+\-@|\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
