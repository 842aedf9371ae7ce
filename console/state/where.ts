import type { Filter } from "../api/operations.ts";

const CONDITION = /^\s*([^\s=!<>][^=!<>]{0,199}?)\s*(!=|>=|<=|=|>|<)\s*(.+?)\s*$/;

/**
 * Reads conditions for the attributes of files, a line each such as `department = people`, as a filter of the API; null
 * if there is none. All have to hold. A line that is no condition is left out.
 */
export function readWhere(text: string): Filter | null {
  const filters = text.split("\n").flatMap((line): Filter[] => {
    const [, key, sign = "", value] = CONDITION.exec(line) ?? [];
    return key === undefined || value === undefined
      ? []
      : [makeFilter(key, sign, readValue(value))];
  });
  if (filters.length < 2) return filters[0] ?? null;
  return { type: "and", filters };
}

/** Finds the lines that are no condition, which a filter leaves out. */
export const findLeftOut = (text: string): string[] =>
  text.split("\n").filter((line) => line.trim() !== "" && !CONDITION.test(line));

const ORDERS: Readonly<Record<string, "gt" | "gte" | "lt" | "lte">> = {
  ">": "gt",
  ">=": "gte",
  "<": "lt",
  "<=": "lte",
};

function makeFilter(key: string, sign: string, value: string | number | boolean): Filter {
  const order = ORDERS[sign];
  if (order) return { key, type: order, value: typeof value === "boolean" ? String(value) : value };
  return { key, type: sign === "!=" ? "ne" : "eq", value };
}

function readValue(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return Number.isFinite(Number(text)) ? Number(text) : text.replaceAll(/^"|"$/g, "");
}
