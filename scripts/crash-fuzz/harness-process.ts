import type { Command } from "./command.ts";
import { Workerd } from "./workerd.ts";

export type HarnessOptions = {
  readonly folder: string;
  /** The bundle of harness/worker.ts. */
  readonly module: string;
  readonly effectsUrl: string;
  /** When the objects' clock showed the wall's time, in every process of the same storage. */
  readonly epoch: number;
  readonly crashChance: number;
  /** After how many isolates that died at it a step is given up. */
  readonly strikesMax: number;
  readonly seed: string;
  readonly onLine?: (line: string) => void;
};

/** How many times as fast as the wall's clock the objects' runs: a lease of 30 s ends after 0.3 s. */
const CLOCK_RATE = 100;
const ASK_TIMEOUT_MS = 5_000;

export const HARNESS_ENTRY = "scripts/crash-fuzz/harness/worker.ts";

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

/** Runs share an object when their ids begin alike. */
export const objectOf = (runId: string): string => runId.replace(/\..*$/, "");

/** What the object answered, or null: it may crash under the call, or be gone. */
export async function ask(
  { url }: Workerd,
  runId: string,
  command: Command,
): Promise<{ readonly answer: unknown } | null> {
  try {
    const response = await fetch(`${url}/${objectOf(runId)}`, {
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
