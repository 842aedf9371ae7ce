/** What runs inside the workerd that is killed: objects that run workflows and crash at every turn. */
import { DurableObject } from "cloudflare:workers";

import { KERNEL_MIGRATIONS } from "../../../durable-objects/kernel/kernel-storage.ts";
import { StepKernel } from "../../../durable-objects/kernel/step-kernel.ts";
import { isMigrated, migrate } from "../../../durable-objects/migrate.ts";
import type { Command } from "../command.ts";
import { type PlanCrash, planCrashes } from "./crashes.ts";
import { crashingState } from "./crashing-state.ts";
import { fastClock } from "./fast-clock.ts";
import { type HarnessEnv, harnessHandlers } from "./handlers.ts";

const CREATE_SETTLED = {
  id: "settled",
  sql: "CREATE TABLE settled (run TEXT NOT NULL, status TEXT NOT NULL) STRICT",
};

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
    now: () => this.#clock.now(),
    handlers: harnessHandlers(this.env, this.#plan),
    onRunSettled: ({ id, status }) => {
      this.ctx.storage.sql.exec("INSERT INTO settled (run, status) VALUES (?, ?)", id, status);
      this.#plan(["in the transaction that ends a run"])("in the transaction that ends a run");
    },
  });

  override async fetch(request: Request): Promise<Response> {
    return Response.json(this.#obey(await request.json<Command>()));
  }

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
        const { id, definition, input, isLeft } = command;
        const isNew = this.#kernel.start({ id, definition, input });
        if (isLeft !== true) this.#kernel.wake();
        return isNew;
      }
      case "cancel":
        return this.#kernel.cancel(command.id);
      case "settle": {
        const { lease, output } = command;
        return this.#kernel.settle(lease, { kind: "completed", output });
      }
      case "view":
        return this.#kernel.view(command.id);
      case "signal":
        throw new Error("The kernel takes no signals yet");
      case "fail_alarm":
        this.#alarm = "is to fail";
        return null;
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
