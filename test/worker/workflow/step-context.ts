import { env } from "cloudflare:workers";

import type { StepContext } from "../../../src/kernel/rules/step-handler.ts";
import type { Scope } from "../../../src/knowledge/scope.ts";
import { externalSteps } from "../../../src/wiring/steps/external-steps.ts";

/** Runs one attempt of an `http@1` or `sql@1` step with the parameters `given`, for a project. Returns its output. */
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
 * Returns the name and message of the error of an attempt. Throws if the attempt completed. `Error` means that it would
 * be retried, `RetryLaterError` that it would be retried later, `FatalStepError` that it would not.
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
