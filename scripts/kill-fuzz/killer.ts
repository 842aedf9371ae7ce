import { spawnSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";

import { isHealthy, type Service } from "../local/service.ts";

export type Kills = { readonly count: number; readonly slowestRecoveryMs: number };

/** Kills workerd again and again, each time a while after the service has come back. */
export class Killer {
  #stopped = false;
  #count = 0;
  #slowestRecoveryMs = 0;
  readonly #done: Promise<void>;

  constructor(service: Service, intervalMs: number) {
    this.#done = this.#run(service, intervalMs);
  }

  get count(): number {
    return this.#count;
  }

  /** Lets the service live from here on, and waits until it answers. */
  async stop(): Promise<Kills> {
    this.#stopped = true;
    await this.#done;
    return { count: this.#count, slowestRecoveryMs: this.#slowestRecoveryMs };
  }

  async #run(service: Service, intervalMs: number): Promise<void> {
    while (!this.#stopped) {
      await wait(intervalMs * (0.5 + Math.random()));
      const pids = workerdProcesses(service.groupId());
      for (const pid of pids) process.kill(pid, "SIGKILL");
      if (pids.length === 0) continue;
      this.#count++;
      const killedAt = performance.now();
      while (!(await isHealthy(service.url))) await wait(20);
      this.#slowestRecoveryMs = Math.max(this.#slowestRecoveryMs, performance.now() - killedAt);
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
