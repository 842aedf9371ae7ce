import type { StepKernel } from "../kernel/engine/step-kernel.ts";
import type { EventDetail } from "../kernel/rules/run/event.ts";
import { logger } from "./logger.ts";

/**
 * Writes a log line if a run has just begun to wait for a signal, a decision or a time, which the last of the run's
 * events shows. The Durable Objects that execute runs call it when a step begins to wait or is held. A wait for the
 * items of a `map` or for a sub-workflow is not logged, since those log what they wait for themselves. If the database
 * transaction of the event is rolled back, the line is premature: the step begins to wait a moment later, and the line
 * is logged a second time. Returns what the run waits for; null if nothing was logged.
 */
export function logWait(
  kernel: Pick<StepKernel, "header" | "events">,
  runId: string,
): string | null {
  const header = kernel.header(runId);
  const [event] = header ? kernel.events(runId, header.event - 1, 1) : [];
  if (!event?.detail) return null;
  const waitsFor = event.type === "step.held" ? heldFor(event.detail) : event.detail.waits_for;
  if (waitsFor === undefined || /^(?:\d+ items|workflow )/.test(waitsFor)) return null;
  const { step } = event;
  const { until } = event.detail;
  logger.info("run.waiting", {
    runId,
    waitsFor,
    ...(step !== null && { step }),
    ...(typeof until === "number" && { until }),
  });
  return waitsFor;
}

/** Returns what a held step waits for: an operator's decision, or a resume of its run. */
const heldFor = ({ reason }: EventDetail) => (reason === "human" ? "decision" : "resume");
