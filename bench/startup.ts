/**
 * `npm run bench:startup`: prints the size of the uploaded Worker and the time of its start in workerd on this machine,
 * for both editions. Cloudflare refuses Workers that take more than 400 ms of CPU time to start.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readOutput, wranglerWith } from "../scripts/deploy/wrangler.ts";
import { BENCH_STARTUP } from "../scripts/local/bench-commands.ts";
import { readCommandLine, runCommand } from "../scripts/local/command-line.ts";
import { readNumber } from "../scripts/local/flags.ts";
import { buildSite } from "../scripts/site/build-site.ts";
import { table } from "../scripts/terminal/table.ts";
import { percentiles } from "./latency.ts";

const wrangler = wranglerWith(process.env);
const ROUNDS_DEFAULT = 5;
const rounds =
  readCommandLine(BENCH_STARTUP, (given) => readNumber(given, "rounds", [1, 100])) ??
  ROUNDS_DEFAULT;
const EDITIONS = { embedded: "", production: "production" } as const;

await runCommand(async () => {
  await buildSite();
  const folder = mkdtempSync(join(tmpdir(), "edgewise-startup-"));
  const profile = join(folder, "startup.cpuprofile");
  try {
    const rows = [["edition", "gzip, KiB", "start, least ms", "median ms", "most ms"]];
    for (const [edition, env] of Object.entries(EDITIONS)) {
      const starts: number[] = [];
      let size = 0;
      for (let round = 0; round < rounds; round++) {
        const { gzip, active } = await checkStartup(env, profile);
        starts.push(active);
        size = gzip;
      }
      const figures = [Math.min(...starts), percentiles(starts).p50, Math.max(...starts)];
      rows.push([edition, size.toFixed(0), ...figures.map((figure) => figure.toFixed(0))]);
    }
    console.log(table(rows));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Runs `wrangler check startup`. Returns the size of the Worker in KiB, and the active time of its start in ms. */
async function checkStartup(env: string, profile: string) {
  const args = ["check", "startup", `--args=--env=${env}`, `--outfile=${profile}`];
  const text = readOutput("Profiling the start", await wrangler(args));
  const gzip = Number(/gzip: ([\d.]+) KiB/.exec(text)?.[1]);
  const active = Number(/Active: ([\d.]+) ms/.exec(text)?.[1]);
  if (Number.isNaN(gzip + active)) throw new Error(`wrangler printed no figures:\n${text}`);
  return { gzip, active };
}
