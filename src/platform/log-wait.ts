import type { StepKernel } from "../kernel/engine/step-kernel.ts";
import type { EventDetail } from "../kernel/rules/run/event.ts";
import { logger } from "./logger.ts";

/**
 * Logs that a run waits for a signal, a decision or a time, by the last event of its log. Objects call it as `onEvent`
 * of their kernel. Waits for items of a `map` or for a sub-workflow are not logged, since those log their own waits. If
 * the transaction is rolled back, the line is written although the run did not wait; then the step waits again a moment
 * later.
 */
export function logWait(kernel: Pick<StepKernel, "header" | "events">, runId: string): void {
  const header = kernel.header(runId);
  const [event] = header ? kernel.events(runId, header.event - 1, 1) : [];
  if (!event?.detail) return;
  const waitsFor = event.type === "step.held" ? heldFor(event.detail) : event.detail.waits_for;
  if (waitsFor === undefined || /^(?:\d+ items|workflow )/.test(waitsFor)) return;
  const { step } = event;
  const { until } = event.detail;
  logger.info("run.waiting", {
    runId,
    waitsFor,
    ...(step !== null && { step }),
    ...(typeof until === "number" && { until }),
  });
}

/** Returns what a held step waits for: an operator's decision, or a resume of its run. */
const heldFor = ({ reason }: EventDetail) => (reason === "human" ? "decision" : "resume");
