/**
 * `npm run fuzz:http`: every operation of the API gets mutated requests, written to raw connections. Each is answered
 * within 10 s, without a failure of the service, in the one shape of errors, and without a word of the inside.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fuzzHttp, type FuzzReport } from "./http-fuzz/fuzz.ts";
import { readCommandLine } from "./local/command-line.ts";
import { readNumber } from "./local/flags.ts";
import { freePort } from "./local/port.ts";
import { startService } from "./local/service.ts";
import { FUZZ_HTTP } from "./local/test-commands.ts";
import { table } from "./terminal/table.ts";

const { requests, seed, only } = readCommandLine(FUZZ_HTTP, (given) => ({
  requests:
    readNumber(given, "requests", [1, 10_000_000]) ?? (given.values.has("short") ? 600 : 20_000),
  seed: given.values.get("seed") ?? crypto.randomUUID().slice(0, 8),
  only: given.values.get("only") ?? "",
}));
const folder = mkdtempSync(join(tmpdir(), "edgewise-http-"));
const service = await startService({ folder, port: await freePort(), output: "file" });
let report: FuzzReport;
try {
  const startedAt = performance.now();
  report = await fuzzHttp({
    service,
    seed,
    requests,
    only,
    onProgress: (sent) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${sent} of ${requests}`);
    },
  });
  print(report, (performance.now() - startedAt) / 1_000);
} finally {
  await service.stop();
}
if (report.findings.length > 0) console.log(`The state and the log are kept in ${folder}.`);
else rmSync(folder, { recursive: true, force: true });
process.exit(report.findings.length > 0 ? 1 : 0);

function print({ operations, sent, statuses, slowestMs, findings }: FuzzReport, seconds: number) {
  const byStatus = [...statuses].toSorted(([left], [right]) => left.localeCompare(right));
  console.log(
    table([
      ["what", ""],
      ["operations", String(operations)],
      ["requests", `${sent} in ${seconds.toFixed(0)} s`],
      ...byStatus.map(([status, count]) => [`  answered with ${status}`, String(count)]),
      ["slowest answer", `${(slowestMs / 1_000).toFixed(1)} s`],
      ["problems", String(findings.length)],
      ["seed", seed],
    ]),
  );
  for (const { operation, problem, count, mutations, request, answer } of findings) {
    console.log(`\n- ${operation} ${problem} (${count} times; ${mutations.join(", ")})`);
    console.log(`${request}\n=> ${answer.slice(0, 600)}`.replaceAll(/^/gm, "    "));
  }
}
