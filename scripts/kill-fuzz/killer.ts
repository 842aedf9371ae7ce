import { spawnSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";

import { isHealthy, type Service } from "../local/service.ts";

/** A service that is away for so long is broken, also on a machine with much else to do. */
const AWAY_MAX_MS = 180_000;

export type Kills = { readonly count: number; readonly slowestRecoveryMs: number };

/** Kills workerd again and again, each time a while after the service has come back. */
export class Killer {
  #killsMin = Infinity;
  #count = 0;
  #slowestRecoveryMs = 0;
  readonly #done: Promise<void>;

  constructor(service: Service, intervalMs: number) {
    this.#done = this.#run(service, intervalMs);
    // Reported by `stop`.
    this.#done.catch(() => {});
  }

  /** Lets the service live once it has been killed often enough, and waits until it answers. */
  async stop(killsMin: number): Promise<Kills> {
    this.#killsMin = killsMin;
    await this.#done;
    return { count: this.#count, slowestRecoveryMs: this.#slowestRecoveryMs };
  }

  async #run(service: Service, intervalMs: number): Promise<void> {
    let recoveryMs = 0;
    while (this.#count < this.#killsMin) {
      // A slow machine gets as much time to work as it needs to start.
      await wait(Math.max(intervalMs, recoveryMs) * (0.5 + Math.random()));
      const killedAt = performance.now();
      await killWorkerd(service, killedAt + AWAY_MAX_MS);
      this.#count++;
      await untilHealthy(service, killedAt + AWAY_MAX_MS);
      recoveryMs = performance.now() - killedAt;
      this.#slowestRecoveryMs = Math.max(this.#slowestRecoveryMs, recoveryMs);
    }
  }
}

/** The ids of the workerd processes in a process group. */
function workerdProcesses(groupId: number): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,pgid=,comm="], { encoding: "utf8" });
  return stdout.split("\n").flatMap((line) => {
    const [pid, group, ...command] = line.trim().split(/\s+/);
    const isWorkerd = command.join(" ").includes("workerd");
    return isWorkerd && Number(group) === groupId ? [Number(pid)] : [];
  });
}

/** Kills the process, or the first one that is there while wrangler starts another. */
async function killWorkerd(service: Service, deadline: number): Promise<void> {
  for (;;) {
    const pids = workerdProcesses(service.groupId());
    for (const pid of pids) process.kill(pid, "SIGKILL");
    if (pids.length > 0) return;
    if (performance.now() > deadline) throw new Error("There is no workerd to kill.");
    await wait(20);
  }
}

async function untilHealthy(service: Service, deadline: number): Promise<void> {
  while (!(await isHealthy(service.url))) {
    if (performance.now() > deadline) throw new Error("The service did not come back.");
    await wait(20);
  }
}
