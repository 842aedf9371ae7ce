import { spawnSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";

import { isHealthy, type Service } from "../local/service.ts";

/** A service that is down for longer is broken, also on a busy machine. */
const AWAY_MAX_MS = 180_000;

/** The number of kills of a fuzz, and the longest time until the service answered again, in milliseconds. */
export type Kills = { readonly count: number; readonly slowestRecoveryMs: number };

/**
 * Kills the workerd process of a local service repeatedly, each time a random while after the service has recovered.
 */
export class Killer {
  #killsMin = Infinity;
  #count = 0;
  #slowestRecoveryMs = 0;
  readonly #done: Promise<void>;

  constructor(service: Service, intervalMs: number) {
    this.#done = this.#run(service, intervalMs);
    // `stop` reports the error.
    this.#done.catch(() => {});
  }

  /** Waits until there were at least `killsMin` kills, stops killing, and waits until the service answers. */
  async stop(killsMin: number): Promise<Kills> {
    this.#killsMin = killsMin;
    await this.#done;
    return { count: this.#count, slowestRecoveryMs: this.#slowestRecoveryMs };
  }

  async #run(service: Service, intervalMs: number): Promise<void> {
    let recoveryMs = 0;
    while (this.#count < this.#killsMin) {
      // A slow machine gets at least as much time for work as for its start.
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

/** Lists the ids of the workerd processes in a process group. */
function workerdProcesses(groupId: number): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,pgid=,comm="], { encoding: "utf8" });
  return stdout.split("\n").flatMap((line) => {
    const [pid, group, ...command] = line.trim().split(/\s+/);
    const isWorkerd = command.join(" ").includes("workerd");
    return isWorkerd && Number(group) === groupId ? [Number(pid)] : [];
  });
}

/** Kills workerd. Waits for a process while wrangler is starting one. */
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
