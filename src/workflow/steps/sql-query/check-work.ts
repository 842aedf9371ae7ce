import { err, ok, type Result } from "../../../result.ts";
import type { Instruction } from "./program.ts";
import { estimateWork } from "./work/estimate-work.ts";

/**
 * The work that a query may need, in instructions of SQLite: 0.2 to 1 s on a small machine. While a query runs, nothing
 * can interrupt it, and locally it stops every other request.
 */
const WORK_MAX = 20_000_000;

/** Stands for the rows of a table that have not been counted. */
export const ROWS_UNKNOWN = 1e12;

/** The columns of an index, from its first, by which a query searches. */
export type SearchedKey = { readonly rootPage: number; readonly columns: number };

/** The sizes of the data: the rows of a table or index, the rows with one key, the longest value. */
export type Statistics = {
  readonly rows: ReadonlyMap<number, number>;
  readonly rowsOfKey: ReadonlyMap<string, number>;
  /** In bytes. */
  readonly longestValue: number;
};

/** Names a key in `Statistics`. */
export const formatKey = ({ rootPage, columns }: SearchedKey) => `${rootPage} ${columns}`;

/** A query that is cheap enough, or the keys whose rows have to be known before it can be said that it is. */
export type WorkCheck = Result<
  null,
  { readonly message: string; readonly keys: readonly SearchedKey[] }
>;

/** Decides whether a compiled query may run, as far as the statistics allow. */
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
