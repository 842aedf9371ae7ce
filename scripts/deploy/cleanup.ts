import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The removals that are due when the process ends. */
const pending = new Set<() => void>();
process.once("exit", () => {
  for (const remove of pending) remove();
});

/**
 * Calls `work`, and then `remove`. An end of the process before that also calls `remove`, which therefore awaits
 * nothing.
 */
export async function withCleanup<Outcome>(
  remove: () => void,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  pending.add(remove);
  try {
    return await work();
  } finally {
    pending.delete(remove);
    remove();
  }
}

/** The signals that end a process, by the number that its exit code adds to 128. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
const SIGNAL_BASE = 128;

/** Makes the signals that end the process call the cleanups first, after a message to the operator. */
export function cleanUpOnSignals(message: string): void {
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      console.error(message);
      process.exit(SIGNAL_BASE + number);
    });
  }
}

/** Removes what killed processes left in a folder: names that begin with `prefix` and the id of a process. */
export function removeAbandoned(folder: string, prefix: string): void {
  for (const name of readdirSync(folder).filter((one) => one.startsWith(prefix))) {
    const pid = /^\d+/.exec(name.slice(prefix.length))?.[0];
    if (pid !== undefined && !isRunning(Number(pid))) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process of another user exists, and refuses the signal.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
