/**
 * Two engines in one Worker, with the same work. A request starts a run and is answered after its end. Both engines
 * report the end by one call to the object that the request waits at, and no engine is polled. The kernel calls after
 * the run has settled on disk. Cloudflare Workflows calls at the end of `run()`, before it stores that the instance is
 * complete, so the remaining difference favours Cloudflare Workflows.
 */
import { DurableObject, WorkflowEntrypoint } from "cloudflare:workers";
import type { WorkflowEvent, WorkflowStep } from "cloudflare:workers";

import { StepKernel } from "../../../src/kernel/engine/step-kernel.ts";
import { KERNEL_MIGRATIONS } from "../../../src/kernel/rows/kernel-storage.ts";
import { migrate } from "../../../src/kernel/rows/migrate.ts";
import type { Definition } from "../../../src/kernel/rules/definition.ts";
import { logger } from "../../../src/platform/logger.ts";
import { CASES, buildCaseDefinition, JOIN, stepName } from "../cases.ts";

type BenchEnv = {
  readonly EFFECTS_URL: string;
  readonly RUNS: DurableObjectNamespace<RunObject>;
  readonly ENDS: DurableObjectNamespace<EndsObject>;
  readonly WORKFLOW: Workflow<{ case: number }>;
};

/** A Durable Object class through which the benchmark's HTTP requests wait for the ends of the runs that they start. */
export class EndsObject extends DurableObject<BenchEnv> {
  readonly #ends = new Map<string, PromiseWithResolvers<string>>();

  /** Waits until the end of the run with this id is reported. Returns the run's status. */
  async wait(id: string): Promise<string> {
    const status = await this.#end(id).promise;
    this.#ends.delete(id);
    return status;
  }

  /** Resolves the calls of `wait` for a run, because it has ended with `status`. */
  report(id: string, status: string): void {
    this.#end(id).resolve(status);
  }

  #end(id: string): PromiseWithResolvers<string> {
    const end = this.#ends.get(id) ?? Promise.withResolvers<string>();
    this.#ends.set(id, end);
    return end;
  }
}

/** The Durable Object class that runs the benchmark's workflows with the kernel. */
export class RunObject extends DurableObject<BenchEnv> {
  readonly #kernel = new StepKernel(this.ctx, {
    logger,
    handlers: {
      "pure@1": { kind: "local", pure: true, run: async ({ outputs }) => countOn(outputs) },
      "effect@1": {
        kind: "local",
        run: async ({ outputs, idempotencyKey }) => {
          await callWorld(this.env, idempotencyKey);
          return countOn(outputs);
        },
      },
    },
    onRunSettled: ({ id, status }) => {
      const reported = Promise.resolve().then(() => getEnds(this.env).report(id, status));
      this.ctx.waitUntil(reported);
    },
  });

  /** Starts a run with this id and definition. */
  start(id: string, definition: Definition): void {
    migrate(this.ctx.storage, KERNEL_MIGRATIONS);
    this.#kernel.start({ id, definition, input: null });
    this.#kernel.wake();
  }

  /** Calls the kernel's alarm handler. */
  override alarm(): Promise<void> {
    return this.#kernel.alarm();
  }
}

/**
 * The class that runs the benchmark's workflows with Cloudflare Workflows. It performs the same steps as the kernel.
 */
export class BenchWorkflow extends WorkflowEntrypoint<BenchEnv, { case: number }> {
  /**
   * Performs the steps of the workflow in `CASES` that `event` names, and reports the end of the run to `EndsObject`.
   */
  override async run(event: WorkflowEvent<{ case: number }>, step: WorkflowStep): Promise<void> {
    const { shape, steps, effects } = caseAt(event.payload.case);
    const perform = (name: string, outputs: Record<string, number>) =>
      step.do(name, async () => {
        if (effects) await callWorld(this.env, `${event.instanceId}:${name}`);
        return countOn(outputs);
      });
    const names = Array.from({ length: steps }, (_none, index) => stepName(index));
    switch (shape) {
      case "chain": {
        let outputs: Record<string, number> = {};
        for (const name of names) outputs = { [name]: await perform(name, outputs) };
        break;
      }
      case "fan-out": {
        const wide = names.map(async (name) => [name, await perform(name, {})] as const);
        await perform(JOIN, Object.fromEntries(await Promise.all(wide)));
        break;
      }
    }
    await getEnds(this.env).report(event.instanceId, "completed");
  }
}

/** `POST /{engine}/{case}/{id}` */
export default {
  async fetch(request, env) {
    const [, engine, index = "", id = ""] = new URL(request.url).pathname.split("/");
    const status = getEnds(env).wait(id);
    if (engine === "kernel" || engine === "kernel-shared") {
      const object = env.RUNS.getByName(engine === "kernel" ? id : "shared");
      await object.start(id, buildCaseDefinition(caseAt(Number(index))));
    } else {
      await env.WORKFLOW.create({ id, params: { case: Number(index) } });
    }
    return new Response(await status);
  },
} satisfies ExportedHandler<BenchEnv>;

/** Computes a step's output: one more than the largest output that it needs. */
const countOn = (outputs: Readonly<Record<string, unknown>>) =>
  1 + Math.max(0, ...Object.values(outputs).map(Number));

const getEnds = (env: BenchEnv) => env.ENDS.getByName("ends");

function caseAt(index: number) {
  const found = CASES[index];
  if (!found) throw new Error(`There is no case ${index}`);
  return found;
}

async function callWorld({ EFFECTS_URL }: BenchEnv, key: string): Promise<void> {
  const response = await fetch(`${EFFECTS_URL}/effect/${encodeURIComponent(key)}`, {
    method: "PUT",
  });
  await response.text();
  if (!response.ok) throw new Error(`The effect ${key} failed with ${response.status}`);
}
