import { RunObject as ServiceRunObject } from "../../../durable-objects/run.ts";
import { FatalStepError, type StepHandlers } from "../../../src/kernel/rules/step-handler.ts";
import { stepHandlers } from "../../../src/wiring/steps/step-handlers.ts";

/** The results of test steps, by the key of the attempt or the text in its `with`. Tests set them. */
const gates = new Map<string, PromiseWithResolvers<unknown>>();
/** The number of the build that is running. Tests increase it to simulate a deployment. */
export const deployed = { build: 1 };
/** The idempotency keys of the attempts at test steps, in order. */
export const attempts: string[] = [];

/**
 * How attempts at `scripted@1` steps end, by the text in their `with`: with an error, with an output, or `never`. Tests
 * change it between attempts.
 */
export const verdicts = new Map<string, Error | string>();

/** Steps that exist only in tests. */
const TEST_STEPS: StepHandlers = {
  /** Waits until a test opens the gate that its `with` names. */
  "gate@1": {
    kind: "local",
    run: async (context) => {
      attempts.push(context.idempotencyKey);
      const gate = openGate(String(context.with));
      context.signal.addEventListener("abort", () => gate.reject(new Error("aborted")));
      return await gate.promise;
    },
  },
  /** Ends as `verdicts` says. */
  "scripted@1": {
    kind: "local",
    run: async (context) => {
      const verdict = verdicts.get(String(context.with)) ?? "never";
      if (verdict instanceof Error) throw verdict;
      if (verdict !== "never") return verdict;
      return await new Promise((_resolve, reject) => {
        context.signal.addEventListener("abort", () => reject(new Error("aborted")));
      });
    },
  },
  "build@1": { kind: "local", run: async () => deployed.build },
  /** Fails until its third attempt. */
  "flaky@1": {
    kind: "local",
    run: async ({ attempt, idempotencyKey }) => {
      attempts.push(idempotencyKey);
      if (attempt < 3) throw new Error(`Attempt ${attempt} failed`);
      return { attempt };
    },
  },
  "fatal@1": { kind: "local", run: () => Promise.reject(new FatalStepError("It cannot work")) },
  "large@1": { kind: "local", run: async (context) => "x".repeat(Number(context.with)) },
};

/** Returns the promise with this name for which `gate@1` steps wait, so that a test can resolve it. */
export function openGate(name: string): PromiseWithResolvers<unknown> {
  const gate = gates.get(name) ?? Promise.withResolvers<unknown>();
  gates.set(name, gate);
  // The step that waits at the gate handles the rejection.
  gate.promise.catch(() => {});
  return gate;
}

/** Replaces a promise of `openGate` that was rejected by a new one. */
export function reopen(name: string): PromiseWithResolvers<unknown> {
  gates.delete(name);
  return openGate(name);
}

/** The step types that exist only in tests, for checks of workflows. They take any parameters. */
export const TEST_STEP_TYPES = Object.fromEntries(
  Object.keys(TEST_STEPS).map((name) => [name, {}]),
);

/** The service's run object with additional step types that tests control. */
export class RunObject extends ServiceRunObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, (own, scope) => ({ ...stepHandlers(own, scope), ...TEST_STEPS }));
  }
}
