import { err, ok, type Result } from "../../../result.ts";
import type { Instruction } from "./program.ts";
import { estimateWork } from "./work/estimate-work.ts";

/**
 * The work that a query may need, in instructions of SQLite: 0.2 to 1 s on a small machine. While a query runs, nothing
 * can interrupt it, and locally it stops every other request.
 */
const WORK_MAX = 20_000_000;

/**
 * The number of rows that is assumed for a table which has not been counted, so large that a query which reads all of
 * them is refused.
 */
export const ROWS_UNKNOWN = 1e12;

/** A key by which a query looks up rows: the first `columns` columns of the index whose root page is `rootPage`. */
export type SearchedKey = { readonly rootPage: number; readonly columns: number };

/**
 * The sizes of the data that a query reads: the number of rows of each table or index, by root page; for each key (see
 * `formatKey`), the largest number of rows with equal values in the columns of the key; and the length of the longest
 * value.
 */
export type Statistics = {
  readonly rows: ReadonlyMap<number, number>;
  readonly rowsOfKey: ReadonlyMap<string, number>;
  /** Bytes of the longest value. */
  readonly longestValue: number;
};

/** Makes the text by which `Statistics.rowsOfKey` refers to a key. */
export const formatKey = ({ rootPage, columns }: SearchedKey) => `${rootPage} ${columns}`;

/**
 * The decision whether a query may run, by an estimate of its work. A refusal has a message, and the `keys` by which the
 * query looks up rows: measure how many rows these keys have, then decide again.
 */
export type WorkCheck = Result<
  null,
  { readonly message: string; readonly keys: readonly SearchedKey[] }
>;

/**
 * Estimates the work of a compiled query from the sizes of its tables, and decides whether it may run, since a running
 * query cannot be interrupted.
 */
export function checkWork(program: readonly Instruction[], statistics: Statistics): WorkCheck {
  const keys = new Map<string, SearchedKey>();
  const estimate = estimateWork(program, {
    stored: statistics.longestValue,
    sizeOf: (rootPage) => ({
      rows: statistics.rows.get(rootPage) ?? ROWS_UNKNOWN,
      rowsOfKey: (page, columns) => {
        const key = { rootPage: page, columns };
        keys.set(formatKey(key), key);
        return statistics.rowsOfKey.get(formatKey(key)) ?? null;
      },
    }),
  });
  const searched = [...keys.values()];
  if (!estimate.ok) return err({ message: estimate.error, keys: searched });
  if (estimate.value <= WORK_MAX) return ok(null);
  return err({ message: tooExpensive(estimate.value), keys: searched });
}

const tooExpensive = (work: number) =>
  `The query is too expensive: with the rows that its tables have, it may need ${formatWork(work)} instructions of SQLite, and ${formatWork(WORK_MAX)} are allowed. Join and filter by indexed columns, group rows before you join them, or read them with several smaller queries.`;

function formatWork(work: number): string {
  if (!Number.isFinite(work) || work >= 1e12) return "more than a trillion";
  const [unit, name] = work >= 1e9 ? [1e9, "billion"] : [1e6, "million"];
  return `${Math.ceil(work / unit)} ${name}`;
}
