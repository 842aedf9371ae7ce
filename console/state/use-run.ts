import { call, isMissing } from "../api/client.ts";
import type { WorkflowRun } from "../api/operations.ts";
import { useLive } from "./live.ts";
import { type Query, useQuery } from "./query.ts";
import { useRunEvents } from "./run-events.ts";

/**
 * Reads a run, and follows it: by its events while it is open, and then by the answer itself, which ends when the run is
 * deleted.
 */
export function useRun(runId: string): Query<WorkflowRun> {
  const path = { run_id: runId };
  const run = useQuery(runId, (signal) => call("GET /v1/runs/{run_id}", { path, signal }));
  const known = run.value;
  const isOpen = known !== undefined && known.settled_at === null;
  useRunEvents(runId, isOpen, known?.event ?? 0, run.reload);
  const isSettled = known !== undefined && !isOpen;
  const settled = useLive(isSettled ? runId : null, "GET /v1/runs/{run_id}", { path });
  return isMissing(settled.error) ? { ...run, error: settled.error } : run;
}
