/** Prints what the statements of each operation cost as their tables fill. `npm run bench:many` runs it. */
import { table } from "../../../scripts/terminal/table.ts";
import { type StatementCost, timeStatements } from "./time-statements.ts";

const SIZES = [1_000, 10_000, 100_000];

const columns: StatementCost[][] = [];
for (const rows of SIZES) columns.push(await timeStatements(rows));
const names = columns[0]?.map(({ name }) => name) ?? [];
const body = names.map((name, index) => [
  name,
  ...columns.map((costs) => costs[index]?.ms.toFixed(3) ?? ""),
]);
const heading = ["statements, ms beside rows", ...SIZES.map((rows) => rows.toLocaleString("en"))];
console.log(table([heading, ...body]));
