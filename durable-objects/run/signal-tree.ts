import type { StepKernel } from "../../src/kernel/engine/step-kernel.ts";
import type { Signal, SignalReceipt, SignalRefusal } from "../../src/kernel/rules/run/signal.ts";
import { notFound, type Refusal } from "../../src/refusal.ts";
import { err, type Result } from "../../src/result.ts";
import { toSignalRefusal } from "../../src/workflow/runs/run-refusals.ts";

/**
 * Delivers a signal to a run. If no step of that run waits for the signal, delivers it to the first run of its
 * sub-workflows that accepts it.
 */
export function signalTree(
  kernel: StepKernel,
  id: string,
  signal: Signal,
): Result<SignalReceipt, Refusal> {
  let refusal: SignalRefusal | null = null;
  for (const runId of kernel.runsUnder(id)) {
    const taken = kernel.signal(runId, signal);
    if (taken.ok) return taken;
    const { code } = taken.error;
    const isForAnother =
      code === "signal_unknown" || code === "signal_not_awaited" || code === "run_settled";
    if (!isForAnother) return err(toSignalRefusal(id, taken.error));
    if (!refusal || code === "signal_not_awaited") refusal = taken.error;
  }
  return err(refusal ? toSignalRefusal(id, refusal) : notFound("run", id));
}
