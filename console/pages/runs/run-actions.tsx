import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import type { WorkflowRun } from "../../api/operations.ts";
import { Confirm, Dialog } from "../../parts/dialog.tsx";
import { Icon } from "../../parts/icon.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";

type RunActionsProps = { readonly run: WorkflowRun; readonly onChanged: () => void };

/** The commands that a run takes in its present state. */
export function RunActions({ run, onChanged }: RunActionsProps) {
  const [asked, setAsked] = useState<"cancel" | "retry" | null>(null);
  const action = useAction();
  const path = { run_id: run.id };
  const send = (command: "cancel" | "pause" | "resume") =>
    action.run(async () => {
      setAsked(null);
      await call(`POST /v1/runs/{run_id}/${command}`, { path, body: {} });
      onChanged();
    });
  const isOpen = run.settled_at === null && run.status !== "undoing";
  return (
    <>
      {run.status === "running" && (
        <button type="button" class="button small" onClick={() => send("pause")}>
          Pause
        </button>
      )}
      {run.status === "paused" && (
        <button type="button" class="button small primary" onClick={() => send("resume")}>
          Resume
        </button>
      )}
      {isOpen && (
        <button type="button" class="button small danger" onClick={() => setAsked("cancel")}>
          <Icon name="stop" size={16} /> Cancel
        </button>
      )}
      {run.settled_at !== null && (
        <button type="button" class="button small" onClick={() => setAsked("retry")}>
          <Icon name="retry" size={16} /> Retry
        </button>
      )}
      <ErrorNotice error={action.error} />
      {asked === "cancel" && (
        <Confirm
          title="Cancel the run?"
          action="Cancel the run"
          onClose={() => setAsked(null)}
          onConfirm={() => send("cancel")}
        >
          <p>Completed steps that have an undo are undone first.</p>
        </Confirm>
      )}
      {asked === "retry" && (
        <Retry run={run} onClose={() => setAsked(null)} onChanged={onChanged} />
      )}
    </>
  );
}

function Retry({ run, onClose, onChanged }: RunActionsProps & { readonly onClose: () => void }) {
  const [from, setFrom] = useState("");
  const action = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const path = { run_id: run.id };
      const body = from === "" ? {} : { from };
      await call("POST /v1/runs/{run_id}/retry", { path, body });
      onClose();
      onChanged();
    });
  };
  return (
    <Dialog title="Retry the run" onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <p>The step that you choose and all steps after it run again. Others keep their output.</p>
        <label class="field">
          <span>From</span>
          <select value={from} onChange={({ currentTarget }) => setFrom(currentTarget.value)}>
            <option value="">the steps that failed</option>
            {run.steps.map(({ name, status }) => (
              <option key={name} value={name}>
                {name} ({status})
              </option>
            ))}
          </select>
        </label>
        <ErrorNotice error={action.error} />
        <div class="actions end">
          <button type="submit" class="button primary" disabled={action.isBusy}>
            Retry
          </button>
        </div>
      </form>
    </Dialog>
  );
}
