import type { Lane } from "../../src/kernel/rules/definition.ts";
import type { SettledRun } from "../../src/kernel/rules/run/run-view.ts";
import type { Scope } from "../../src/knowledge/scope.ts";
import { type DeadJob, describeDeath } from "../../src/workflow/dead-letters/dead-letter.ts";
import type { StoredDeath } from "./dead-letter-table.ts";

/** The run that has failed, with its job. */
type FailedRun = {
  readonly run: Pick<SettledRun, "name" | "definition" | "error" | "readFailures">;
  readonly job: DeadJob;
  readonly scope: Scope;
  /** The lane of the job; by default that of the step that failed. */
  readonly lane?: Lane;
  /** The workflow by name and hash, if the object knows them; else those of the run's definition are used. */
  readonly workflow?: { readonly name: string; readonly hash: string } | null | undefined;
  /** The time of the end, in milliseconds since the epoch. */
  readonly now: number;
};

/** Describes the end of a job whose run has failed for good, with the failed attempts at the step that it failed at. */
export function describeRunDeath({ run, job, scope, lane, workflow, now }: FailedRun): StoredDeath {
  const step = run.error?.step ?? "";
  const death = describeDeath({
    job,
    lane: lane ?? run.definition.steps[step]?.lane ?? "default",
    workflow: workflow?.name ?? run.name,
    step,
    message: run.error?.message ?? "The run has failed",
    failures: run.readFailures(step),
    diedAt: now,
  });
  return { ...death, scope, definition: workflow ? { hash: workflow.hash } : run.definition };
}
