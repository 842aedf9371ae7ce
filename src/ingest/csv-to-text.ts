import Papa from "papaparse";

/**
 * Converts a table to one readable line per row, "column: value; column: value", so that a row found alone still
 * explains its values. A first row with a number or an empty cell is data: the table then has no column names. Returns
 * null when the text would exceed `lengthMax` characters.
 */
export function csvToText(text: string, lengthMax: number): string | null {
  const lines: string[] = [];
  let columns: readonly string[] | null | undefined;
  let length = 0;
  Papa.parse<string[]>(text, {
    skipEmptyLines: "greedy",
    step: ({ data }, parser) => {
      const cells = data.map((cell) => cell.replaceAll(/\s+/g, " ").trim());
      if (columns === undefined) {
        columns = columnNames(cells);
        if (columns) return;
      }
      const line = columns ? describeRow(columns, cells) : cells.filter(Boolean).join("; ");
      length += line.length + 1;
      if (length > lengthMax) parser.abort();
      lines.push(line);
    },
  });
  if (length > lengthMax) return null;
  // A table with only column names is still text.
  return lines.length > 0 ? lines.join("\n") : (columns ?? []).join("; ");
}

function columnNames(cells: readonly string[]): readonly string[] | null {
  const isHeader = cells.every((cell) => cell !== "" && Number.isNaN(Number(cell)));
  return isHeader && cells.length > 1 ? cells : null;
}

function describeRow(columns: readonly string[], cells: readonly string[]): string {
  const parts: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const column = columns[index];
    if (cell !== "") parts.push(column === undefined ? cell : `${column}: ${cell}`);
  }
  return parts.join("; ");
}
