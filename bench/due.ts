/**
 * `npm run bench:due`: opens a state in which many schedules are due at once, and prints how long `/health` takes
 * meanwhile, and whether each schedule has ticked in the end.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { z } from "zod";

import { concurrently } from "../scripts/client/concurrently.ts";
import { BENCH_DUE } from "../scripts/local/bench-commands.ts";
import { readCommandLine } from "../scripts/local/command-line.ts";
import { readNumber } from "../scripts/local/flags.ts";
import { freePort } from "../scripts/local/port.ts";
import { type Service, startService } from "../scripts/local/service.ts";
import { table } from "../scripts/terminal/table.ts";

const COUNT =
  readCommandLine(BENCH_DUE, (given) => readNumber(given, "schedules", [1, 100_000])) ?? 1_000;
const CLIENTS = 8;
/** Overdue alarms are spread over 100 ms each, and a busy machine takes longer. */
const GIVE_UP_MS = Math.max(15 * 60_000, COUNT * 600);
/** Schedules that are made first, and deleted again, to learn how long one takes. */
const SAMPLE = 40;
/** The sample is made on a service that has just started; the rest may be slower. */
const CREATION_SLACK = 1.5;
/** Probes between two looks at all schedules, which list them in pages of 100. */
const PROBES_A_COUNT = Math.max(40, Math.ceil(COUNT / 50));
const PROBE_MS = 250;

const Page = z.object({
  data: z.array(z.object({ id: z.string(), last_at: z.number().nullable() })),
  has_more: z.boolean(),
  last_id: z.string().nullable(),
});

const Created = z.object({ id: z.string() });

const folder = mkdtempSync(join(tmpdir(), "edgewise-due-"));
let ok = false;
try {
  const dueFrom = await fill();
  // The tick of the next minute is missed while no service runs.
  await wait(Math.max(0, dueFrom + 5_000 - Date.now()));
  ok = await open(dueFrom);
} finally {
  if (ok) rmSync(folder, { recursive: true, force: true });
  else console.log(`The state is kept in ${folder}.`);
}
process.exit(ok ? 0 : 1);

/** Creates the schedules. Returns the time of their first tick, which none has reached yet, in milliseconds. */
async function fill(): Promise<number> {
  const service = await startService({ folder, port: await freePort(), output: "file" });
  try {
    const steps = { one: { use: "transform@1", with: { value: 1 } } };
    await call(service, "/v1/workflows", { name: "tick", steps });
    const create = async (cron: string) =>
      Created.parse(await call(service, "/v1/schedules", { workflow: "tick", cron }));
    const sample = performance.now();
    await concurrently(list(SAMPLE), CLIENTS, async () => {
      const { id } = await create("0 0 1 1 *");
      await call(service, `/v1/schedules/${id}`, undefined, "DELETE");
    });
    const createdMs = ((performance.now() - sample) / SAMPLE) * CREATION_SLACK;
    // They must not tick while they are made.
    const first = Math.ceil((Date.now() + COUNT * createdMs) / 60_000 + 1) * 60_000;
    const cron = `${new Date(first).getUTCMinutes()} * * * *`;
    await concurrently(list(COUNT), CLIENTS, async () => {
      await create(cron);
    });
    if (Date.now() > first) throw new Error("The machine is too slow: a schedule has ticked.");
    return first;
  } finally {
    await service.stop();
  }
}

/** Opens the state, and waits until each schedule has ticked. Returns whether all have, and the service answered. */
async function open(dueFrom: number): Promise<boolean> {
  const openedAt = performance.now();
  const service = await startService({ folder, port: await freePort(), output: "file" });
  const startedAt = performance.now();
  const group = service.groupId();
  try {
    const probes: number[] = [];
    let failed = 0;
    let ticked = 0;
    let doneAt = startedAt;
    while (ticked < COUNT && performance.now() - startedAt < GIVE_UP_MS) {
      const from = performance.now();
      if (!(await isHealthy(service))) failed++;
      probes.push(performance.now() - from);
      if (probes.length % PROBES_A_COUNT === 0) ticked = await countTicked(service, dueFrom);
      doneAt = performance.now();
      await wait(PROBE_MS);
    }
    probes.sort((left, right) => left - right);
    const quantile = (share: number) =>
      `${Math.round(probes[Math.floor(probes.length * share)] ?? 0)} ms`;
    console.log(
      table([
        ["schedules that were due at the start", String(COUNT)],
        ["start until the service answers", `${((startedAt - openedAt) / 1_000).toFixed(1)} s`],
        ["schedules that have ticked", String(ticked)],
        ["time until then", `${((doneAt - startedAt) / 1_000).toFixed(0)} s`],
        ["/health meanwhile, p50", quantile(0.5)],
        ["/health meanwhile, p95", quantile(0.95)],
        ["/health meanwhile, slowest", quantile(0.9999)],
        ["probes without an answer", String(failed)],
        ["restarts", service.groupId() === group ? "0" : "at least 1"],
      ]),
    );
    return ticked === COUNT && failed === 0 && service.groupId() === group;
  } finally {
    await service.stop();
  }
}

async function isHealthy({ url }: Service): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(30_000) });
    await response.text();
    return response.ok;
  } catch {
    return false;
  }
}

async function countTicked(service: Service, since: number): Promise<number> {
  let ticked = 0;
  let after = "";
  for (;;) {
    const page = Page.parse(await call(service, `/v1/schedules?limit=100${after}`));
    ticked += page.data.filter(({ last_at: at }) => (at ?? 0) * 1_000 >= since).length;
    if (!page.has_more) return ticked;
    after = `&after=${page.last_id}`;
  }
}

function list(length: number): number[] {
  return Array.from({ length }, (_none, number) => number);
}

async function call(
  service: Service,
  path: string,
  body?: object,
  method = body ? "POST" : "GET",
): Promise<unknown> {
  const response = await fetch(service.url + path, {
    headers: {
      authorization: `Bearer ${service.secrets.apiKey}`,
      "content-type": "application/json",
    },
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}
