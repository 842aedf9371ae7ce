/**
 * Formats rows as a table for a terminal. The first row is the heading; the first column is left-aligned, the others
 * right-aligned.
 */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd();
  const [heading = [], ...body] = rows;
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(heading), rule, ...body.map(line)].join("\n");
}
