/** `npm run bench:many`: what a file costs as a store fills, and what statements cost as their tables fill. */
import { spawnSync } from "node:child_process";

import { openAI } from "../scripts/client/connect.ts";
import { BENCH_MANY } from "../scripts/local/bench-commands.ts";
import { readCommandLine, runCommand } from "../scripts/local/command-line.ts";
import { readNumber } from "../scripts/local/flags.ts";
import type { Service } from "../scripts/local/service.ts";
import { table } from "../scripts/terminal/table.ts";
import { conditions } from "./conditions.ts";
import { withFreshService } from "./fresh-service.ts";
import { measureMany, type Cost, type PartCost } from "./many/store-of-many.ts";

const OPERATIONS = ["upload", "attach", "ingest", "search", "remove"] as const;
/** Between the second part and the last; the first is of a service that has just begun. */
const GROWTH_MAX = 1.2;

const files = readCommandLine(
  BENCH_MANY,
  (given) => readNumber(given, "files", [10, 1_000_000]) ?? 1_000,
);
console.log(conditions(["wrangler", "workerd", "openai"], `${files} files, fresh state`));
timeStatements();
await runCommand(() => withFreshService(measureService));

/** In a process of its own: the classes of objects are of another runtime than this script. */
function timeStatements(): void {
  const flag = "--disable-warning=ExperimentalWarning";
  spawnSync(process.execPath, [flag, "bench/many/statements/main.ts"], { stdio: "inherit" });
}

async function measureService(service: Service): Promise<void> {
  const client = openAI(service.url, service.secrets.apiKey);
  const { parts, ...whole } = await measureMany(client, service, files);
  console.log(`\n${partTable(parts, "elapsed", "ms each")}`);
  console.log(`\n${partTable(parts, "cpu", "ms of CPU each")}\n`);
  console.log(`delete the store: answered in ${whole.deleteStoreMs.toFixed(0)} ms`);
  console.log(`slowest answer of /health meanwhile: ${whole.slowestHealthMs.toFixed(0)} ms`);
  if (whole.failed > 0) console.log(`${whole.failed} files failed`);
}

function partTable(parts: readonly PartCost[], figure: keyof Cost, unit: string): string {
  const size = Math.ceil(files / 10);
  const body = parts.map((part, index) => [
    `${(index + 1) * size}`,
    ...OPERATIONS.map((operation) => part[operation][figure].toFixed(2)),
  ]);
  const growth = OPERATIONS.map((operation) => {
    const mean = (some: readonly PartCost[]) => meanOf(some.map((part) => part[operation][figure]));
    const factor = mean(parts.slice(-3)) / mean(parts.slice(1, 4));
    return `${factor.toFixed(2)} ×${factor > GROWTH_MAX ? " !" : ""}`;
  });
  const heading = [`files so far, ${unit}`, ...OPERATIONS];
  return table([heading, ...body, ["parts 8–10 over 2–4", ...growth]]);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
