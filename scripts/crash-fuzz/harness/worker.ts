/** The Worker in the workerd that is killed: objects that run workflows and crash at random. */
import { DurableObject } from "cloudflare:workers";

import { StepKernel } from "../../../src/kernel/engine/step-kernel.ts";
import { KERNEL_MIGRATIONS } from "../../../src/kernel/rows/kernel-storage.ts";
import { isMigrated, migrate } from "../../../src/kernel/rows/migrate.ts";
import { logger } from "../../../src/platform/logger.ts";
import { celExpressions } from "../../../src/workflow/language/expressions.ts";
import type { Command } from "../command.ts";
import { type PlanCrash, planCrashes } from "./crashes.ts";
import { crashingState } from "./crashing-state.ts";
import { fastClock } from "./fast-clock.ts";
import { type HarnessEnv, harnessHandlers } from "./handlers.ts";

const CREATE_SETTLED = {
  id: "settled",
  sql: "CREATE TABLE settled (run TEXT NOT NULL, status TEXT NOT NULL) STRICT",
};
const COUNT_SETTLED = "SELECT count(*) AS count FROM settled WHERE run = ?";

/** The Durable Object class of the crash fuzz: it runs workflows with the kernel, and crashes at random. */
export class FuzzObject extends DurableObject<HarnessEnv> {
  readonly #plan = planCrashes(this.ctx, this.env.SEED, Number(this.env.CRASH_CHANCE));
  readonly #clock = fastClock(Number(this.env.EPOCH), Number(this.env.CLOCK_RATE));
  #alarm: "works" | "is to fail" | "fails" = "works";
  readonly #planOrFail: PlanCrash = (points) => {
    if (this.#alarm === "fails" && points.includes("before a transaction")) {
      throw new Error("Storage takes no transactions");
    }
    return this.#plan(points);
  };
  readonly #kernel = new StepKernel(crashingState(this.ctx, this.#clock, this.#planOrFail), {
    logger,
    now: () => this.#clock.now(),
    handlers: harnessHandlers(this.env, {
      plan: this.#plan,
      hasSettled: (runId) => this.#countSettled(runId) > 0,
      settleLater: (lease, work) => this.ctx.waitUntil(this.#settleAfter(lease, work)),
    }),
    expressions: celExpressions,
    strikesMax: Number(this.env.STRIKES_MAX),
    onRunSettled: ({ id, status }) => {
      this.ctx.storage.sql.exec("INSERT INTO settled (run, status) VALUES (?, ?)", id, status);
      this.#plan(["in the transaction that ends a run"])("in the transaction that ends a run");
    },
  });

  /** Executes the `Command` in the body of a request, and answers with its result as JSON. */
  override async fetch(request: Request): Promise<Response> {
    return Response.json(this.#obey(await request.json<Command>()));
  }

  /** Calls the kernel's alarm handler. */
  override async alarm(): Promise<void> {
    const reach = this.#plan(["before alarm()", "after alarm()"]);
    reach("before alarm()");
    if (this.#alarm === "is to fail") this.#alarm = "fails";
    try {
      await this.#kernel.alarm();
    } finally {
      this.#alarm = "works";
    }
    reach("after alarm()");
  }

  #obey(command: Command): unknown {
    switch (command.name) {
      case "start": {
        if (!isMigrated(this.ctx.storage)) {
          migrate(this.ctx.storage, [...KERNEL_MIGRATIONS, CREATE_SETTLED]);
        }
        const { id, definition, workflows = {}, isLeft } = command;
        const run = { id, definition, workflows, input: null };
        return isLeft === true ? this.#kernel.start(run) : this.#kernel.begin(run);
      }
      case "cancel":
        return this.#kernel.cancel(command.id);
      case "pause":
        return this.#kernel.pause(command.id);
      case "resume":
        return this.#kernel.resume(command.id);
      case "retry": {
        const { id, from } = command;
        const settled = this.#countSettled(id);
        if (settled === 1) this.#kernel.retry(id, from);
        return settled > 0;
      }
      case "settle": {
        const { lease, output } = command;
        return this.#kernel.settle(lease, { kind: "completed", output });
      }
      case "view":
        return this.#kernel.view(command.id);
      case "signal":
        return this.#kernel.signal(command.id, command.signal);
      case "fail_alarm":
        this.#alarm = "is to fail";
        return null;
    }
  }

  #countSettled(runId: string): number {
    return this.ctx.storage.sql.exec<{ count: number }>(COUNT_SETTLED, runId).one().count;
  }

  /** Settles a lease after the work, as a worker does. Failed work is not reported, so its lease expires. */
  async #settleAfter(lease: string, work: Promise<void>): Promise<void> {
    try {
      await work;
      this.#kernel.settle(lease, { kind: "completed", output: null });
    } catch (error) {
      console.log(`not settled: ${String(error)}`);
    }
  }
}

/** `POST /{object}` with a command. */
export default {
  async fetch(request, env) {
    const name = new URL(request.url).pathname.slice(1);
    try {
      return await env.OBJECTS.getByName(name).fetch(request);
    } catch (error) {
      return new Response(String(error), { status: 503 });
    }
  },
} satisfies ExportedHandler<HarnessEnv & { OBJECTS: DurableObjectNamespace<FuzzObject> }>;
