import type { StepKernel } from "../../src/kernel/engine/step-kernel.ts";
import type { StepPhase } from "../../src/kernel/rules/step/step-state.ts";
import { ingestRunId } from "./ledger/ingest-workflow.ts";
import type { Attachment } from "./tables/attachment-row.ts";

/** Reads runs by their ids, as the kernel of a store does. */
export type RunViewer = Pick<StepKernel, "view">;

/**
 * Explains why a file that is in progress is not indexed yet: the failure of the last attempt at a step of its run.
 * Returns null if no attempt has failed so far.
 */
export function explainWait(runs: RunViewer, file: Attachment): string | null {
  if (file.status !== "in_progress") return null;
  const steps = Object.values(runs.view(ingestRunId(file))?.steps ?? {});
  const failed = steps.find(({ phase, message }) => message !== null && OPEN.has(phase));
  return failed?.message
    ? `${endSentence(failed.message)} ${NEXT[failed.phase] ?? ""}`.trim()
    : null;
}

const OPEN: ReadonlySet<StepPhase> = new Set(["ready", "claimed", "held"]);

const AGAIN = "The file is tried again by itself, by default for up to 24 hours.";
const NEXT: Partial<Record<StepPhase, string>> = { ready: AGAIN, claimed: AGAIN };

/** Ends a text with a period, unless it has one. */
export const endSentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
