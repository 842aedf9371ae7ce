import { spawnSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";

import { isHealthy, type Service } from "../local/service.ts";

/** A service that is down for longer is broken, also on a busy machine. */
const AWAY_MAX_MS = 180_000;

/**
 * The number of kills of a kill fuzz, and the longest time from a kill until the service answered again, in
 * milliseconds.
 */
export type Kills = { readonly count: number; readonly slowestRecoveryMs: number };

/**
 * How often a service is killed. Between its recovery and the next kill is a random time around `intervalMs`
 * (milliseconds). It is killed at least `atLeast` times, even where the work is done before, and at most `atMost` times:
 * a local queue forgets its messages when it is killed, so that work whose service is killed for ever may never end.
 */
export type KillPlan = {
  readonly intervalMs: number;
  readonly atLeast: number;
  readonly atMost: number;
};

/** Kills the workerd process of a local service repeatedly. */
export class Killer {
  #isStopping = false;
  #count = 0;
  #slowestRecoveryMs = 0;
  readonly #done: Promise<void>;

  constructor(service: Service, plan: KillPlan) {
    this.#done = this.#run(service, plan);
    // `stop` reports the error.
    this.#done.catch(() => {});
  }

  /** Stops killing as soon as the service was killed often enough, and waits until it answers. */
  async stop(): Promise<Kills> {
    this.#isStopping = true;
    await this.#done;
    return { count: this.#count, slowestRecoveryMs: this.#slowestRecoveryMs };
  }

  async #run(service: Service, { intervalMs, atLeast, atMost }: KillPlan): Promise<void> {
    let recoveryMs = 0;
    while (this.#count < (this.#isStopping ? atLeast : atMost)) {
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
