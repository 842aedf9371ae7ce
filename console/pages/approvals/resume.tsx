import { call } from "../../api/client.ts";
import type { WorkflowRun } from "../../api/operations.ts";
import { ErrorNotice } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";

/** The button that lets a paused run go on. */
export function Resume({ run, onResumed }: { run: WorkflowRun; onResumed: () => void }) {
  const action = useAction();
  const resume = () =>
    action.run(async () => {
      await call("POST /v1/runs/{run_id}/resume", { path: { run_id: run.id }, body: {} });
      onResumed();
    });
  return (
    <section class="card stack" aria-label="Paused">
      <h2>The run is paused</h2>
      <p class="soft">Repair the cause, then let it go on: steps that failed get fresh attempts.</p>
      <ErrorNotice error={action.error} />
      <div class="actions">
        <button type="button" class="button primary" disabled={action.isBusy} onClick={resume}>
          Resume
        </button>
      </div>
    </section>
  );
}
