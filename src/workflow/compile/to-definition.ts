import {
  ATTEMPT_TIMEOUT_MS,
  type Definition,
  RETRY_BACKGROUND,
  RETRY_INTERACTIVE,
  type RetryPolicy,
  type StepDefinition,
  type Timeouts,
  TOTAL_TIMEOUT_MS,
  type Work,
} from "../../kernel/rules/definition.ts";
import { durationMs } from "../../kernel/rules/duration.ts";
import { NATIVE_STEPS } from "./step-types.ts";
import type { WireWork, WorkflowBody, WorkflowStep } from "./workflow-body.ts";

const MAP_CONCURRENCY = 4;

/**
 * Converts a checked workflow to a definition for the kernel. Defaults are written out where the kernel would apply
 * them, so a run keeps those that it was started with, and an explicit default makes the same definition. Properties
 * without effect (no needs, the default trigger) are left out.
 */
export function toDefinition(name: string, body: WorkflowBody): Definition {
  const steps = Object.entries(body.steps).map(([step, wire]) => [step, toStep(wire)] as const);
  return {
    name,
    steps: Object.fromEntries(steps),
    ...(body.output !== undefined && { output: body.output }),
  };
}

function toStep(step: WorkflowStep): StepDefinition {
  const { needs = [], trigger = "all_success", when, map, fallback = [], undo } = step;
  const { lane = "default", on_exhausted: onExhausted = "fail" } = step;
  const retry = lane === "interactive" ? RETRY_INTERACTIVE : RETRY_BACKGROUND;
  return {
    ...toWork(step, retry),
    ...(needs.length > 0 && { needs }),
    ...(trigger !== "all_success" && { trigger }),
    ...(when !== undefined && { when }),
    ...(map && { map: { over: map.over, concurrency: map.concurrency ?? MAP_CONCURRENCY } }),
    ...(fallback.length > 0 && { fallback: fallback.map((work) => toWork(work, retry)) }),
    ...(undo && { undo: toWork(undo, RETRY_BACKGROUND) }),
    ...(lane !== "default" && { lane }),
    ...(onExhausted !== "fail" && { onExhausted }),
  };
}

function toWork(work: WireWork, retry: RetryPolicy): Work {
  const isNative = Object.hasOwn(NATIVE_STEPS, work.use);
  const timeout = toTimeouts(work.timeout ?? {});
  return {
    use: work.use,
    ...(work.with !== undefined && { with: work.with }),
    // A wait is not retried, and a sub-workflow only when its definition says so.
    ...((work.retry || !isNative) && { retry: toRetry(work.retry ?? {}, retry) }),
    ...((Object.keys(timeout).length > 0 || !isNative) && {
      timeout: isNative ? timeout : { ...DEFAULT_TIMEOUTS, ...timeout },
    }),
  };
}

const DEFAULT_TIMEOUTS: Timeouts = { attemptMs: ATTEMPT_TIMEOUT_MS, totalMs: TOTAL_TIMEOUT_MS };

function toTimeouts({ attempt, queue, total }: NonNullable<WireWork["timeout"]>): Timeouts {
  return {
    ...(attempt !== undefined && { attemptMs: milliseconds(attempt) }),
    ...(queue !== undefined && { queueMs: milliseconds(queue) }),
    ...(total !== undefined && { totalMs: milliseconds(total) }),
  };
}

const toRetry = (wire: NonNullable<WireWork["retry"]>, fallback: RetryPolicy): RetryPolicy => ({
  attemptsMax: wire.attempts ?? fallback.attemptsMax,
  baseMs: wire.base === undefined ? fallback.baseMs : milliseconds(wire.base),
  capMs: wire.cap === undefined ? fallback.capMs : milliseconds(wire.cap),
});

function milliseconds(text: string): number {
  const ms = durationMs(text);
  if (ms === null)
    throw new Error(`"${text}" is not a duration; the schema should have refused it`);
  return ms;
}
