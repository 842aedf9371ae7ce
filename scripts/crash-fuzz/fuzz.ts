import { setTimeout as wait } from "node:timers/promises";

import { bundleWorker } from "../bundle/bundle-worker.ts";
import { concurrently } from "../client/concurrently.ts";
import { startEffectServer } from "../effects/effect-server.ts";
import type { Effect } from "../effects/effect.ts";
import type { Command } from "./command.ts";
import { ask, HARNESS_ENTRY, findObject, startHarness } from "./harness-process.ts";
import { hasEnded, judge, type PlannedRun, findRoot, type FuzzedRun } from "./judge.ts";
import { actOnRun } from "./outside.ts";
import { seededRandom } from "./random.ts";
import { readRuns } from "./read-runs.ts";
import { Recoveries } from "./recoveries.ts";
import type { Workerd } from "./workerd.ts";

/** The settings of a crash fuzz. */
export type FuzzOptions = {
  readonly folder: string;
  readonly seed: string;
  readonly crashChance: number;
  readonly runs: readonly PlannedRun[];
  /**
   * Time for which processes are killed, in milliseconds. After that, open runs get time to end undisturbed before they
   * are checked.
   */
  readonly killForMs: number;
};

/** The result of a crash fuzz: the runs, the crashes, and the problems found. */
export type FuzzReport = {
  readonly problems: readonly string[];
  readonly stored: readonly FuzzedRun[];
  readonly effects: readonly Effect[];
  readonly kills: number;
  /** Number of crashes of objects, by the point in the code where they happened. */
  readonly crashes: ReadonlyMap<string, number>;
  readonly slowestRecoveryMs: number;
  readonly seconds: number;
};

/** The random lifetime of a workerd. */
const LIFE_MS = { min: 100, max: 2_500 };
/**
 * The time without any change after which all runs count as ended: longer than the platform's slowest retry of an
 * alarm. A slow machine gets more time while it makes progress, up to the maximum.
 */
const QUIET_MS = 15_000;
const QUIET_MAX_MS = 120_000;
/** The share of runs that get a request after a restart. The other objects have only their alarms. */
const ASKED_SHARE = 1 / 3;
/** Maximum number of open runs. On the fast clock, their alarms leave workerd no time for more. */
const OPEN_MAX = 90;
const LOOK_MS = 250;
/** No step fails after strikes here, since crashes hit steps that are not their cause. */
const STRIKES_MAX = 1_000_000;

/**
 * Starts runs of workflows, and crashes their objects and processes at random, until all runs have ended or the time is
 * over. Then checks that every run has ended as it must, and no effect was caused twice.
 */
export async function crashFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const begunAt = performance.now();
  const recoveries = new Recoveries();
  const world = await startEffectServer({
    onArrival: ({ label }) => recoveries.progressed(findObject(findRoot(label))),
  });
  const module = await bundleWorker(HARNESS_ENTRY);
  const arena = new Arena(options, module, world.url, recoveries);
  try {
    await arena.killUntilEnded();
    const stored = readRuns(options.folder);
    const effects = world.effects();
    return {
      problems: judge(arena.begun(), stored, effects),
      stored,
      effects,
      kills: arena.kills,
      crashes: arena.crashes,
      slowestRecoveryMs: recoveries.slowestMs,
      seconds: (performance.now() - begunAt) / 1000,
    };
  } finally {
    await arena.close();
    await world.close();
  }
}

/** The current workerd, with the kills and the commands to its runs. */
class Arena {
  readonly crashes = new Map<string, number>();
  kills = 0;
  readonly #options: FuzzOptions;
  readonly #random: () => number;
  readonly #recoveries: Recoveries;
  readonly #boot: (crashChance: number) => Promise<Workerd>;
  readonly #begun = new Set<string>();
  /** Runs that have received all commands from outside. */
  readonly #acted = new Set<string>();
  /** Runs that had ended at the last read of the files. */
  #ended = new Set<string>();
  /** True after the last crash. */
  #isQuiet = false;
  #workerd: Workerd | null = null;
  #isClosed = false;

  constructor(options: FuzzOptions, module: string, effectsUrl: string, recoveries: Recoveries) {
    const { folder, seed } = options;
    const epoch = Date.now();
    const onLine = (line: string) => this.#count(line);
    this.#options = options;
    this.#random = seededRandom(seed);
    this.#recoveries = recoveries;
    this.#boot = (crashChance) => {
      const seedOfLife = `${seed}/${this.kills}`;
      return startHarness({
        folder,
        module,
        effectsUrl,
        epoch,
        crashChance,
        strikesMax: STRIKES_MAX,
        seed: seedOfLife,
        onLine,
      });
    };
  }

  async killUntilEnded(): Promise<void> {
    const { crashChance, killForMs } = this.#options;
    const deadline = performance.now() + killForMs;
    this.#workerd = await this.#boot(crashChance);
    void this.#actFromOutside();
    for (let isLast = false; !isLast;) {
      await wait(LIFE_MS.min + this.#random() * (LIFE_MS.max - LIFE_MS.min));
      await this.#workerd.kill();
      this.kills++;
      const stored = this.#look();
      const open = this.#open();
      const atWork = stored.filter(({ isAtWork }) => isAtWork);
      this.#recoveries.killed(atWork.map(({ id }) => findObject(id)));
      // The last workerd is not killed and has no crashes.
      isLast = open.length === 0 || performance.now() >= deadline;
      this.#workerd = await this.#boot(isLast ? 0 : crashChance);
      for (const { id } of open) {
        if (this.#random() < ASKED_SHARE) void ask(this.#workerd, id, { name: "view", id });
      }
    }
    this.#isQuiet = true;
    await this.#untilIdle();
  }

  /** Waits until all runs have ended, or nothing has changed during the quiet time. */
  async #untilIdle(): Promise<void> {
    const deadline = performance.now() + QUIET_MAX_MS;
    let before = "";
    let quietUntil = 0;
    do {
      await wait(LOOK_MS);
      const done = JSON.stringify(this.#look());
      if (done !== before) quietUntil = Math.min(performance.now() + QUIET_MS, deadline);
      before = done;
    } while (this.#open().length > 0 && performance.now() < quietUntil);
  }

  /** Lists the runs whose start was requested. A run among them that is not stored is lost. */
  begun(): PlannedRun[] {
    return this.#options.runs.filter(({ id }) => this.#begun.has(id));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#workerd?.kill();
  }

  async #actFromOutside(): Promise<void> {
    const { runs } = this.#options;
    await concurrently(runs, OPEN_MAX, async ({ id, graph }) => {
      // On a slow machine the time may be over before all have begun.
      if (this.#isQuiet) return;
      this.#begun.add(id);
      const { name, steps, workflows = {} } = graph;
      await this.#persist(id, { name: "start", id, definition: { name, steps }, workflows });
      await actOnRun(graph.outside, {
        runId: id,
        idle: () => wait(this.#random() * LIFE_MS.max),
        ask: (command) => this.#persist(id, command),
      });
      this.#acted.add(id);
      // A command may have restarted it.
      this.#ended.delete(id);
      while (!this.#ended.has(id) && !this.#isClosed) await wait(LOOK_MS);
    });
  }

  /** Repeats a command until it is answered, as a client does. */
  async #persist(id: string, command: Command): Promise<unknown> {
    while (!this.#isClosed) {
      const answered = this.#workerd && (await ask(this.#workerd, id, command));
      if (command.name === "pause" || command.name === "cancel") {
        this.#recoveries.stopped(findObject(id));
      }
      if (answered) return answered.answer;
      await wait(20);
    }
    return null;
  }

  /** Reads the files, which wakes no object. */
  #look(): FuzzedRun[] {
    const stored = readRuns(this.#options.folder);
    this.#ended = new Set(stored.filter(hasEnded).map(({ id }) => id));
    return stored;
  }

  #open(): PlannedRun[] {
    const runs = this.#isQuiet ? this.begun() : this.#options.runs;
    return runs.filter(({ id }) => !this.#ended.has(id) || !this.#acted.has(id));
  }

  #count(line: string): void {
    const point = /^crash: (.*)$/.exec(line)?.[1];
    if (point !== undefined) this.crashes.set(point, (this.crashes.get(point) ?? 0) + 1);
  }
}
