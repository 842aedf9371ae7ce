/**
 * `npm run bench:peers -- FOLDER…`: asks the questions of test collections of Edgewise's ranking and of other search
 * engines, and prints times, memory and nDCG@10. Each engine has a process of its own.
 */
import { execFileSync } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import { BENCH_PEERS } from "../../scripts/local/bench-commands.ts";
import { readCommandLine } from "../../scripts/local/command-line.ts";
import { table } from "../../scripts/terminal/table.ts";
import { conditions } from "../conditions.ts";
import { PEERS } from "./engines.ts";

const Measured = z.object({
  ndcgAt10: z.number(),
  indexMs: z.number(),
  megabytes: z.number(),
  p50: z.number(),
  p95: z.number(),
});
const SCRIPT = fileURLToPath(new URL("measure-peer.ts", import.meta.url));

const [folder = ""] = readCommandLine(BENCH_PEERS, ({ operands }) => operands);
console.log(conditions([], `${basename(folder)}, the ten best, all in memory.`));
const rows = PEERS.map(({ name }) => {
  const flags = ["--expose-gc", "--disable-warning=ExperimentalWarning"];
  const printed = execFileSync(process.execPath, [...flags, SCRIPT, name, folder]);
  const result = Measured.parse(JSON.parse(printed.toString()));
  return [
    name,
    result.ndcgAt10.toFixed(3),
    result.p50.toFixed(2),
    result.p95.toFixed(2),
    (result.indexMs / 1_000).toFixed(1),
    result.megabytes.toFixed(0),
  ];
});
console.log(table([["engine", "nDCG@10", "p50 ms", "p95 ms", "index s", "MB"], ...rows]));
