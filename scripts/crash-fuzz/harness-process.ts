import type { Command } from "./command.ts";
import { Workerd } from "./workerd.ts";

/** The settings of a harness process. */
export type HarnessOptions = {
  readonly folder: string;
  /** The bundle of harness/worker.ts. */
  readonly module: string;
  readonly effectsUrl: string;
  /** The wall time at which the fast clock starts; the same for every process on one storage. */
  readonly epoch: number;
  readonly crashChance: number;
  /** A step fails after this many isolates in a row died at it. */
  readonly strikesMax: number;
  readonly seed: string;
  readonly onLine?: (line: string) => void;
};

/** The speed of the objects' clock: a lease of 30 s ends after 0.3 s. */
const CLOCK_RATE = 100;
const ASK_TIMEOUT_MS = 5_000;

/** The entry of the harness, from the root of the project. */
export const HARNESS_ENTRY = "scripts/crash-fuzz/harness/worker.ts";

/** Starts a workerd with the harness. */
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

/** Returns the object of a run: the part of its id before the first dot. */
export const findObject = (runId: string): string => runId.replace(/\..*$/, "");

/** Sends a command to the object of a run. Returns its answer, or null if the object crashed or is gone. */
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
