import type { Unit } from "../../../knowledge/units.ts";

/** A cell of a row with the name of its column; "" if the column has none. */
export type Cell = { readonly label: string; readonly value: string };

/** Reads the cells of a table row or a record. Returns an empty list for other units. */
export function readCells({ kind, lead }: Pick<Unit, "kind" | "lead">, text: string): Cell[] {
  if (kind === "row") return readRowCells(text, lead);
  return kind === "record" ? readRecordCells(text) : [];
}

/** Reads the cells of a row of a Markdown table, with the names that the rows of its header give to the columns. */
export function readRowCells(row: string, lead: string): Cell[] {
  const header = lead
    .split("\n")
    .filter((line) => line.includes("|"))
    .map(splitCells);
  return splitCells(row).map((value, column) => {
    const names = new Set(header.map((cells) => cells[column] ?? "").filter((name) => name !== ""));
    return { label: [...names].join(", "), value };
  });
}

/** Reads the values of a record, "plan: Team; price: 99". A part without a name belongs to the one before it. */
export function readRecordCells(record: string): Cell[] {
  const cells: Cell[] = [];
  for (const part of record.split("; ")) {
    const colon = part.indexOf(": ");
    const last = cells.at(-1);
    if (colon > 0) cells.push({ label: part.slice(0, colon), value: part.slice(colon + 2) });
    else if (last && last.label !== "")
      cells[cells.length - 1] = { ...last, value: `${last.value}; ${part}` };
    else cells.push({ label: "", value: part });
  }
  return cells;
}

function splitCells(row: string): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll(String.raw`\|`, "|"));
}
