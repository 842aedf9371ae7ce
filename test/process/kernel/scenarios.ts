import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { vi } from "vitest";

import { ask, startHarness } from "../../../scripts/crash-fuzz/harness-process.ts";
import type { SafetyRule } from "../../../scripts/crash-fuzz/mutate.ts";
import { BUSY_MS, readRuns } from "../../../scripts/crash-fuzz/read-runs.ts";
import type { Workerd } from "../../../scripts/crash-fuzz/workerd.ts";
import { startEffectServer } from "../../../scripts/effects/effect-server.ts";
import type { Definition } from "../../../src/kernel/rules/definition.ts";

/** A process with one run, which can be killed at an exact moment, and its effect server. */
type Stage = {
  /** Starts a process on the same storage. */
  boot(): Promise<Workerd>;
  /** Resolves when the server receives the nth effect. It answers nothing before `answerEverything`. */
  arrival(nth: number): Promise<string>;
  answerEverything(): void;
  /** Time that the run gets to complete, in milliseconds. */
  readonly endMs: number;
  /** Counts the printed lines of all processes that begin with a text. */
  countLines(begin: string): number;
  readonly folder: string;
};

const RUN = "o.1";
/** What is expected happens within 0.5 s, since leases end after 0.3 s here; a busy machine takes many times as long. */
const PATIENCE_MS = 20_000;
/** The time after which a run that should not complete counts as one that never does. */
const NEVER_MS = 3_000;
/** Polls often, to kill a process right after it has printed a line. */
const SOON = { interval: 5, timeout: PATIENCE_MS };
const AT_WORK = "at work: ";
const STRIKES_MAX = 5;
/** Enough deaths to see that they are not counted. */
const DEATHS_MAX = 9;
const retry = { attemptsMax: 100, baseMs: 1, capMs: 20 };
const oneStep = (use: string): Definition => ({ name: "one", steps: { a: { use, retry } } });
const start = (use: string, left?: "left to its alarm") =>
  ({ name: "start", id: RUN, definition: oneStep(use), isLeft: left !== undefined }) as const;

type Scenario = {
  /** The expected outcome with the rule, and without it. */
  readonly kept: string;
  readonly broken: string;
  play(stage: Stage): Promise<string>;
};

/** For each safety rule of the kernel, a scenario that goes wrong without the rule. */
export const SCENARIOS: Record<SafetyRule, Scenario> = {
  /** The first holder of a lease reports after a second one has been given out. */
  "only the lease that is held reports": {
    kept: "false, then true: completed",
    broken: "true, then false: completed",
    play: async (stage) => {
      stage.answerEverything();
      const first = await stage.boot();
      await ask(first, RUN, start("queued@1"));
      const lost = await stage.arrival(0);
      await first.kill();
      const second = await stage.boot();
      const held = await stage.arrival(1);
      const late = await ask(second, RUN, { name: "settle", lease: lost, output: "late" });
      const inTime = await ask(second, RUN, { name: "settle", lease: held, output: "in time" });
      return `${String(late?.answer)}, then ${String(inTime?.answer)}: ${await readEnd(stage)}`;
    },
  },

  /**
   * The process is killed while its handler runs. An effect by fetch() waits at the output gate, so its claim is on
   * disk before it leaves, with or without the rule (measured). An effect that passes no gate does not wait: printing,
   * or the use of all memory of the isolate, which would not count as an attempt without the rule.
   */
  "a claim is on disk before its handler is called": {
    kept: "claimed, attempt 1",
    broken: "ready, attempt 0",
    play: async (stage) => {
      const workerd = await stage.boot();
      await ask(workerd, RUN, start("loud@1", "left to its alarm"));
      await vi.waitUntil(() => stage.countLines(AT_WORK) > 0, SOON);
      await workerd.kill();
      return readStep(stage.folder);
    },
  },

  /** The platform has dropped the alarm, as after some failures. Then a client reads the run. */
  "an object that begins arms its alarm": {
    kept: "completed",
    broken: "running",
    play: async (stage) => {
      const first = await stage.boot();
      await ask(first, RUN, start("effect@1"));
      await stage.arrival(0);
      await first.kill();
      forgetAlarms(stage.folder);
      stage.answerEverything();
      const second = await stage.boot();
      await ask(second, RUN, { name: "view", id: RUN });
      return await readEnd(stage);
    },
  },

  /** Transactions fail during the alarm, and no client reads the run. */
  "an alarm sets the next one first": {
    kept: "completed",
    broken: "running",
    play: async (stage) => {
      stage.answerEverything();
      const workerd = await stage.boot();
      await ask(workerd, RUN, { name: "fail_alarm" });
      await ask(workerd, RUN, start("effect@1", "left to its alarm"));
      return await readEnd(stage);
    },
  },

  /**
   * Each process is killed in the turn in which it calls a pure handler, like a handler that uses all memory. The claim
   * of the same turn is lost with it. The first such death cannot be detected.
   */
  "what kills its isolate is given up": {
    kept: `failed after ${STRIKES_MAX + 1} deaths`,
    broken: `running after ${DEATHS_MAX} deaths`,
    play: async (stage) => {
      const status = () => readRuns(stage.folder)[0]?.status;
      let deaths = 0;
      for (; status() !== "failed" && deaths < DEATHS_MAX; deaths++) {
        const workerd = await stage.boot();
        if (deaths === 0) await ask(workerd, RUN, start("greedy@1", "left to its alarm"));
        const isOver = () => stage.countLines(AT_WORK) > deaths || status() === "failed";
        await vi.waitUntil(isOver, SOON);
        if (status() === "failed") break;
        await workerd.kill();
      }
      return `${status()} after ${deaths} deaths`;
    },
  },
};

type Setting = {
  readonly module: string;
  readonly folder: string;
  /** True if the kernel has the rule, and the run is expected to complete. */
  readonly isKept: boolean;
};

/**
 * Runs the scenario of a safety rule in `folder`, with the kernel in the bundle `module`. Returns what happened, as one
 * sentence.
 */
export async function play(rule: SafetyRule, { module, folder, isKept }: Setting): Promise<string> {
  const gate = Promise.withResolvers<void>();
  const lines: string[] = [];
  const processes: Workerd[] = [];
  const epoch = Date.now();
  const world = await startEffectServer({ onArrival: () => gate.promise });
  try {
    return await SCENARIOS[rule].play({
      folder,
      endMs: isKept ? PATIENCE_MS : NEVER_MS,
      boot: async () => {
        const workerd = await startHarness({
          folder,
          module,
          effectsUrl: world.url,
          epoch,
          crashChance: 0,
          strikesMax: STRIKES_MAX,
          seed: "none",
          onLine: (line) => lines.push(line),
        });
        processes.push(workerd);
        return workerd;
      },
      arrival: (nth) => vi.waitUntil(() => world.effects()[nth]?.key, { timeout: PATIENCE_MS }),
      answerEverything: () => gate.resolve(),
      countLines: (begin) => lines.filter((line) => line.startsWith(begin)).length,
    });
  } finally {
    gate.resolve();
    for (const workerd of processes) await workerd.kill();
    await world.close();
  }
}

/** Reads the run's status, after it has completed or a timeout. Reads the files, which wakes no object. */
async function readEnd({ folder, endMs }: Stage): Promise<string> {
  const status = () => readRuns(folder)[0]?.status ?? "not stored";
  try {
    await vi.waitUntil(() => status() === "completed", { timeout: endMs });
  } catch {
    // The run never completes.
  }
  return status();
}

function readStep(folder: string): string {
  const [file] = objectFiles(folder, (name) => !name.endsWith("metadata.sqlite"));
  if (file === undefined) return "not stored";
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  try {
    const row = database.prepare("SELECT phase, attempt FROM kernel_step").get();
    return row ? `${String(row["phase"])}, attempt ${String(row["attempt"])}` : "not stored";
  } finally {
    database.close();
  }
}

function forgetAlarms(folder: string): void {
  const [file] = objectFiles(folder, (name) => name.endsWith("metadata.sqlite"));
  if (file === undefined) throw new Error("workerd keeps its alarms somewhere else now.");
  const database = new DatabaseSync(file);
  const { changes } = database.prepare("DELETE FROM _cf_ALARM").run();
  database.close();
  if (changes !== 1) throw new Error(`There were ${changes} alarms to forget, not one.`);
}

const objectFiles = (folder: string, is: (name: string) => boolean) =>
  globSync(join(folder, "state", "fuzz", "*.sqlite")).filter(is);
