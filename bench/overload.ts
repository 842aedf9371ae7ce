/**
 * `npm run bench:overload`: offers more and more answers in the background, up to 5 times what the models can answer,
 * then little, and prints what was completed, refused and lost, and the memory of the service.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { BENCH_OVERLOAD } from "../scripts/local/bench-commands.ts";
import { readCommandLine, runCommand } from "../scripts/local/command-line.ts";
import { readNumber } from "../scripts/local/flags.ts";
import { freePort } from "../scripts/local/port.ts";
import { type Service, startService } from "../scripts/local/service.ts";
import { table } from "../scripts/terminal/table.ts";
import { conditions } from "./conditions.ts";
import { percentiles } from "./latency.ts";
import { drawOverload } from "./overload/draw-overload.ts";
import { noLoad, type Load, offerLoad, post, readBody, readStatus } from "./overload/offer-load.ts";
import { LANES, type PacedModel, startPacedModel, WORD_BY_WORD } from "./overload/paced-model.ts";
import { type Stage, sumOf } from "./overload/stage.ts";
import { watchMemory } from "./watch-memory.ts";

/** The time of an answer, and the answers of one project that one process makes at a time in each lane: 3/4 of 32. */
const ANSWER_MS = 20_000;
const SLOTS = 24;
const CAPACITY = (LANES.length * SLOTS) / (ANSWER_MS / 1_000);
/** The capacity of each lane in jobs: what is at work, and twice as much waiting. */
const LANE_MAX = 96;
/** The largest load comes twice, which shows whether memory grows as long as the overload lasts. */
const SHARES = [0.5, 1, 2, 3, 5, 5, 0.5];
const GROWTH_MAX = 1.15;
/** Time in which a stage settles before it is measured. */
const SETTLE_SECONDS = 22;
const END_MS = 180_000;
/** Time in which the service is idle before its memory at the end is read: objects leave memory after 10 s. */
const IDLE_MS = 30_000;

const { seconds, picture } = readCommandLine(BENCH_OVERLOAD, (given) => ({
  seconds: readNumber(given, "seconds", [5, 600]) ?? 30,
  picture: given.values.get("picture") ?? null,
}));
await runCommand(bench);

async function bench(): Promise<void> {
  console.log(conditions(["wrangler", "workerd"], "fresh state, over HTTP"));
  const folder = mkdtempSync(join(tmpdir(), "edgewise-overload-"));
  const model = await startPacedModel(ANSWER_MS);
  const max = String(LANE_MAX);
  const vars = {
    LLM_BASE_URL: model.url,
    LLM_MODEL: "paced",
    LANE_INTERACTIVE_MAX: max,
    LANE_DEFAULT_MAX: max,
    LANE_BATCH_MAX: max,
  };
  const wranglerFlags = Object.entries(vars).map(([name, value]) => `--var=${name}:${value}`);
  const service = await startService({
    folder,
    port: await freePort(),
    output: "file",
    wranglerFlags,
  });
  try {
    await measure(service, model);
  } finally {
    await service.stop();
    model.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(service: Service, model: PacedModel): Promise<void> {
  console.log(`an answer of 200 words at 10 ms each, alone: ${await timeWords(service)} s`);
  console.log(`capacity by the model: ${CAPACITY} answers/s (${ANSWER_MS / 1_000} s each)\n`);
  const memory = watchMemory(service.groupId, 250);
  const atStartMb = memory.takeMost();
  const stages: Stage[] = [];
  const all: Load[] = [];
  let droppedAt = 0;
  for (const share of SHARES) {
    const perSecond = CAPACITY * share;
    if (stages.length === SHARES.length - 1) droppedAt = performance.now();
    const settling = noLoad();
    await offerLoad(service, { perSecond, seconds: SETTLE_SECONDS }, settling);
    memory.takeMost();
    const [before, startedAt, load] = [model.countWritten(), performance.now(), noLoad()];
    await offerLoad(service, { perSecond, seconds }, load);
    const elapsed = (performance.now() - startedAt) / 1_000;
    const after = model.countWritten();
    const completed = Object.fromEntries(
      LANES.map((lane) => [lane, (after[lane] - before[lane]) / elapsed]),
    );
    stages.push({
      share,
      offered: perSecond,
      elapsed,
      completed,
      load,
      memoryMb: memory.takeMost(),
    });
    all.push(settling, load);
    console.log(`${share} × capacity measured`);
  }
  console.log(`\n${table(stageTable(stages))}\n`);
  await judge(service, stages, all, droppedAt);
  await wait(IDLE_MS);
  memory.takeMost();
  console.log(
    `memory at the start and ${IDLE_MS / 1_000} s after the last answer: ${atStartMb.toFixed(0)}, ${memory.takeMost().toFixed(0)} MB`,
  );
  memory.stop();
  if (picture !== null) writeFileSync(picture, drawOverload(stages, CAPACITY));
}

function stageTable(stages: readonly Stage[]): string[][] {
  const heading = [
    "offered/s",
    "completed/s",
    ...LANES,
    "refused %",
    ...LANES,
    "refusal p50, p95",
    "memory",
  ];
  const rows = stages.map(({ offered, completed, load, memoryMb }) => {
    const refused = (lane: (typeof LANES)[number]) =>
      `${Math.round((100 * load.lanes[lane].refused) / Math.max(1, load.lanes[lane].sent))}`;
    const { p50, p95 } = percentiles(load.refusalMs);
    return [
      offered.toFixed(1),
      sumOf(completed).toFixed(1),
      ...LANES.map((lane) => (completed[lane] ?? 0).toFixed(1)),
      "",
      ...LANES.map(refused),
      load.refusalMs.length === 0 ? "–" : `${p50.toFixed(0)}, ${p95.toFixed(0)} ms`,
      `${memoryMb.toFixed(0)} MB`,
    ];
  });
  return [heading, ...rows];
}

/** Prints whether the service has kept what it promises under load. */
async function judge(
  service: Service,
  stages: readonly Stage[],
  loads: readonly Load[],
  droppedAt: number,
): Promise<void> {
  const best = Math.max(...stages.map(({ completed }) => sumOf(completed)));
  const overloaded = stages.filter(({ share }) => share === 5);
  const kept = Math.min(...overloaded.map(({ completed }) => sumOf(completed))) / best;
  const growth = readGrowth(overloaded);
  const refusedLast = Math.max(0, ...loads.map(({ lastRefusedAt }) => lastRefusedAt ?? 0));
  const others = loads
    .flatMap(({ lanes }) => Object.values(lanes))
    .reduce((sum, one) => sum + one.others, 0);
  const waits = loads.flatMap(({ retryAfter }) => retryAfter);
  const ids = loads.flatMap(({ acceptedIds }) => acceptedIds);
  const ends = await countEnds(service, ids);
  const rows = [
    ["throughput at 5 × capacity, of the best", `${(kept * 100).toFixed(0)} % (aim: 90 %)`],
    ["memory, second stage of 5 × by the first", `${growth.toFixed(2)} (aim: ${GROWTH_MAX})`],
    [
      "last refusal after the load had dropped",
      `${Math.max(0, (refusedLast - droppedAt) / 1_000).toFixed(1)} s`,
    ],
    ["Retry-After", waits.length === 0 ? "–" : `${Math.min(...waits)} to ${Math.max(...waits)} s`],
    ["answers that were neither 200 nor 503", String(others)],
    ["accepted answers", String(ids.length)],
    ...[...ends].map(([status, count]) => [`… that ended as ${status}`, String(count)]),
  ];
  console.log(table(rows));
  const isBounded = !(growth > GROWTH_MAX);
  const isComplete = (ends.get("completed") ?? 0) === ids.length;
  if (kept < 0.9 || !isBounded || !isComplete) process.exitCode = 1;
}

/** Returns the memory of the last of some stages by that of the first; NaN where memory cannot be read. */
function readGrowth(stages: readonly Stage[]): number {
  return (stages.at(-1)?.memoryMb ?? Number.NaN) / (stages[0]?.memoryMb ?? Number.NaN);
}

/** Waits until all answers have ended. Returns the number of answers by status. */
async function countEnds(service: Service, ids: readonly string[]): Promise<Map<string, number>> {
  const deadline = performance.now() + END_MS;
  let open = ids;
  const ends = new Map<string, number>();
  for (;;) {
    const still: string[] = [];
    for (const id of open) {
      const status = await readStatus(service, id);
      const isOpen = status === "queued" || status === "in_progress";
      if (isOpen && performance.now() < deadline) still.push(id);
      else ends.set(status, (ends.get(status) ?? 0) + 1);
    }
    if (still.length === 0) return ends;
    open = still;
    await wait(1_000);
  }
}

/** Measures the time of an answer of 200 words in an idle service, in seconds: the median of five. */
async function timeWords(service: Service): Promise<string> {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    const startedAt = performance.now();
    const { id } = await readBody(await post(service, `Tell me ${WORD_BY_WORD}.`, "default"));
    while ((await readStatus(service, id)) !== "completed") await wait(10);
    times.push(performance.now() - startedAt);
  }
  return (percentiles(times).p50 / 1_000).toFixed(2);
}
