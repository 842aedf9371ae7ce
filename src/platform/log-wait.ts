import type { StepKernel } from "../kernel/engine/step-kernel.ts";
import type { EventDetail } from "../kernel/rules/run/event.ts";
import { logger } from "./logger.ts";

/**
 * Logs that a run waits, from the last event of its log; called by `onEvent`. Waits for other steps (items of a map, a
 * sub-workflow) are not logged, since those runs say themselves what they wait for. The line is written also when the
 * transaction is rolled back after that: then the step waits once more a moment later.
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

/** A step that failed for good waits for a person's decision, or for its run to be resumed. */
const heldFor = ({ reason }: EventDetail) => (reason === "human" ? "decision" : "resume");
