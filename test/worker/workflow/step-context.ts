import { env } from "cloudflare:workers";

import type { StepContext } from "../../../src/kernel/rules/step-handler.ts";
import type { Scope } from "../../../src/knowledge/scope.ts";
import { externalSteps } from "../../../src/wiring/steps/external-steps.ts";

/** Runs one attempt of an external step for a project. */
export async function runStep(
  scope: Scope,
  use: "http@1" | "sql@1",
  given: unknown,
  { vars = {}, signal = new AbortController().signal } = {},
): Promise<unknown> {
  const handler = externalSteps(Object.assign(Object.create(env), vars), scope)[use];
  if (handler?.kind !== "local") throw new Error(`${use} is not a local step`);
  const context: StepContext = {
    runId: "run_1",
    step: "call",
    attempt: 1,
    input: {},
    with: handler.fillWith ? handler.fillWith(given, (template) => template) : given,
    outputs: {},
    idempotencyKey: "run_1:call",
    signal,
    deadline: Date.now() + 10_000,
  };
  return await handler.run(context);
}

/**
 * Returns the error of an attempt that did not complete. `Error` is retried, `RetryLaterError` later,
 * `FatalStepError` never.
 */
export async function readStepFailure(running: Promise<unknown>) {
  const error: unknown = await running.then(
    (output) => `The step completed with ${JSON.stringify(output)}`,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error(String(error));
  const { name, message } = error;
  return { name, message, ...("afterMs" in error && { afterMs: error.afterMs }) };
}
