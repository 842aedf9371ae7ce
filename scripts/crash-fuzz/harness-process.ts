import type { Command } from "./command.ts";
import { Workerd } from "./workerd.ts";

/** The settings of a workerd process of the crash fuzz. */
export type HarnessOptions = {
  readonly folder: string;
  /** The code of harness/worker.ts, bundled. */
  readonly module: string;
  readonly effectsUrl: string;
  /**
   * The real time at which the fast clock starts to run ahead of it, in milliseconds since the epoch; the same for
   * every process on one storage.
   */
  readonly epoch: number;
  readonly crashChance: number;
  /** A step fails when this many isolates in a row have died during its attempts. */
  readonly strikesMax: number;
  readonly seed: string;
  readonly onLine?: (line: string) => void;
};

/** The speed of the objects' clock: a lease of 30 s ends after 0.3 s. */
const CLOCK_RATE = 100;
const ASK_TIMEOUT_MS = 5_000;

/** Path of the Worker of the crash fuzz, from the root of the project. */
export const HARNESS_ENTRY = "scripts/crash-fuzz/harness/worker.ts";

/** Starts a workerd process with the Worker of the crash fuzz. */
export const startHarness = (options: HarnessOptions): Promise<Workerd> =>
  Workerd.start({
    folder: options.folder,
    module: options.module,
    bindings: {
      EFFECTS_URL: options.effectsUrl,
      EPOCH: String(options.epoch),
      CLOCK_RATE: String(CLOCK_RATE),
      CRASH_CHANCE: String(options.crashChance),
      STRIKES_MAX: String(options.strikesMax),
      SEED: options.seed,
    },
    ...(options.onLine && { onLine: options.onLine }),
  });

/** Returns the name of the object that stores a run: the part of the run's id before the first dot. */
export const findObject = (runId: string): string => runId.replace(/\..*$/, "");

/**
 * Sends a command to the object that stores a run. Returns the object's answer; null if the object crashed or the
 * process is gone.
 */
export async function ask(
  { url }: Workerd,
  runId: string,
  command: Command,
): Promise<{ readonly answer: unknown } | null> {
  try {
    const response = await fetch(`${url}/${findObject(runId)}`, {
      method: "POST",
      body: JSON.stringify(command),
      signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
    });
    const text = await response.text();
    return response.ok ? { answer: JSON.parse(text) } : null;
  } catch {
    return null;
  }
}
