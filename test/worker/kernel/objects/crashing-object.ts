import { DurableObject } from "cloudflare:workers";

import { StepKernel } from "../../../../src/kernel/engine/step-kernel.ts";
import { KERNEL_MIGRATIONS } from "../../../../src/kernel/rows/kernel-storage.ts";
import { isMigrated, migrate } from "../../../../src/kernel/rows/migrate.ts";
import type { Definition } from "../../../../src/kernel/rules/definition.ts";
import type { StepContext } from "../../../../src/kernel/rules/step-handler.ts";
import { logger } from "../../../../src/platform/logger.ts";

/** Chance of a crash at each point. */
const CRASH_CHANCE = 0.15;
/**
 * Number of crashes of the objects, by the point in the code where they happened. Objects and tests share one isolate
 * here.
 */
export const crashes = new Map<string, number>();

/**
 * A Durable Object class for tests: it runs workflows with the kernel, and crashes at random around claims, effects and
 * commits.
 */
export class CrashingObject extends DurableObject {
  readonly #kernel = new StepKernel(this.ctx, {
    logger,
    strikesMax: 1_000,
    handlers: {
      "effect@1": { kind: "local", run: (context) => this.#cause(context) },
      "flaky@1": {
        kind: "local",
        run: async (context) => {
          if (context.attempt === 1) throw new Error("The first attempt always fails");
          return this.#cause(context);
        },
      },
    },
    onRunSettled: ({ id }) => {
      this.ctx.storage.sql.exec("INSERT INTO settled (run) VALUES (?)", id);
      setTimeout(() => this.#crash("run settled"));
    },
  });

  /** Starts runs. Those that exist are left as they are. */
  start(runs: readonly { id: string; definition: Definition }[]): void {
    if (!isMigrated(this.ctx.storage)) {
      const createSettled = { id: "settled", sql: "CREATE TABLE settled (run TEXT) STRICT" };
      migrate(this.ctx.storage, [...KERNEL_MIGRATIONS, createSettled]);
    }
    for (const run of runs) this.#kernel.start({ ...run, input: null });
    this.#kernel.wake();
  }

  /** Returns the status of each run, and the number of attempts of all its steps. */
  statuses(ids: readonly string[]) {
    return ids.map((id) => {
      const view = this.#kernel.view(id);
      const steps = Object.values(view?.steps ?? {});
      return { status: view?.status, attempts: steps.reduce((sum, step) => sum + step.attempt, 0) };
    });
  }

  /**
   * Lists the ids of the runs that the kernel has reported as settled, once for each report. Tests check that none
   * occurs twice.
   */
  settled(): string[] {
    const rows = this.ctx.storage.sql.exec<{ run: string }>("SELECT run FROM settled");
    return rows.toArray().map(({ run }) => run);
  }

  /** Calls the kernel's alarm handler. */
  override alarm(): Promise<void> {
    return this.#kernel.alarm();
  }

  async #cause({ idempotencyKey, attempt }: StepContext): Promise<number> {
    this.#crash("claimed");
    await this.env.TEST_EFFECTS.getByName("fuzz").cause(idempotencyKey);
    this.#crash("effect caused");
    setTimeout(() => this.#crash("committed"));
    return attempt;
  }

  #crash(point: string): void {
    if (Math.random() >= CRASH_CHANCE) return;
    crashes.set(point, (crashes.get(point) ?? 0) + 1);
    this.ctx.abort(`A test crashes this object: ${point}`);
  }
}
