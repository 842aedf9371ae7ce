import { call } from "../../api/client.ts";
import type { WorkflowRun } from "../../api/operations.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { JsonBlock } from "../../parts/json-block.tsx";
import { ErrorNotice, Loading, Note } from "../../parts/notice.tsx";
import { Facts, Status, Words } from "../../parts/text.tsx";
import { useParam } from "../../state/address.ts";
import { useQuery } from "../../state/query.ts";
import { formatDuration, formatTime } from "../../state/words.ts";

/** A step of a run in a sheet at the side: its attempts, its error and its output. */
export function StepPanel({ run, name }: { run: WorkflowRun; name: string }) {
  const [, choose] = useParam("step");
  const path = { run_id: run.id, step: name };
  const step = useQuery(`${run.id}:${name}:${run.event}`, (signal) =>
    call("GET /v1/runs/{run_id}/steps/{step}", { path, signal }),
  );
  const known = step.value;
  return (
    <Dialog title={name} place="side" onClose={() => choose("")}>
      <ErrorNotice error={step.error} retry={step.reload} />
      {!known && step.isLoading && <Loading />}
      {known && (
        <>
          <Facts
            facts={[
              ["Status", <Status of={known.status} />],
              ["Type", <code>{known.use}</code>],
              ["Attempts", String(known.attempt)],
              ["Ended", known.ended_at === null ? "–" : formatTime(known.ended_at)],
            ]}
          />
          {known.error !== null && (
            <Note kind="warning">
              <p>
                <Words of={known.error} />
              </p>
            </Note>
          )}
          {known.attempts.length > 1 && (
            <ol class="stack small">
              {known.attempts.map(({ attempt, started_at: from, ended_at: to, error }) => (
                <li key={attempt}>
                  Attempt {attempt}, {to === null ? "running" : formatDuration((to - from) * 1000)}
                  {error !== null && (
                    <span class="reason">
                      {" "}
                      <Words of={error} />
                    </span>
                  )}
                </li>
              ))}
            </ol>
          )}
          {known.items && <p class="soft">{known.items.length} items.</p>}
          {known.run && (
            <p class="soft">
              It started a run of its own, which is {known.run.status}, with{" "}
              {known.run.steps.length} steps.
            </p>
          )}
          <JsonBlock label="Output" value={known.output} bytes={known.output_bytes} />
        </>
      )}
    </Dialog>
  );
}
