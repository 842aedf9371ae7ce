import { describe, isMissing } from "../../api/client.ts";
import type { WorkflowRun } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { JsonBlock } from "../../parts/json-block.tsx";
import { Empty, Loading } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { Age, Facts, Status, Words } from "../../parts/text.tsx";
import { link } from "../../state/links.ts";
import { useRun } from "../../state/use-run.ts";
import { DecisionForm } from "./decision-form.tsx";
import { LostReasons } from "./lost-reasons.tsx";
import { Resume } from "./resume.tsx";

/** The screen of one run that waits for decisions: the evidence, and a form for each decision. */
export function Decisions({ runId }: { runId: string }) {
  const path = { run_id: runId };
  const run = useRun(runId);
  const known = run.value;
  return (
    <Page
      title={known ? `Decide: ${known.workflow}` : "Decide"}
      back={{ href: link("/approvals"), label: "Approvals" }}
      actions={<CopyCurl request={describe("GET /v1/runs/{run_id}", { path })} />}
    >
      <SubjectNotice query={run} kind="approval" />
      {!known && isMissing(run.error) && <LostReasons runId={runId} open={[]} />}
      {!known && run.isLoading && <Loading />}
      {known && <Known run={known} onDecided={run.reload} />}
    </Page>
  );
}

function Known({ run, onDecided }: { run: WorkflowRun; onDecided: () => void }) {
  const waits = run.waiting_for.filter((wait) => wait.for !== "time");
  const isPaused = run.status === "paused" || waits.some((wait) => wait.for === "resume");
  return (
    <>
      <Facts
        facts={[
          ["Status", <Status of={waits.length > 0 ? "waiting" : run.status} />],
          ["Started", <Age at={run.created_at} />],
          ["Run", <a href={link(`/runs/${run.id}`)}>{run.id}</a>],
        ]}
      />
      {waits
        .filter((wait) => wait.for !== "resume")
        .map((wait) => (
          <DecisionForm key={wait.step} runId={run.id} wait={wait} onDecided={onDecided} />
        ))}
      <LostReasons runId={run.id} open={waits.map(({ step }) => step)} />
      {isPaused && <Resume run={run} onResumed={onDecided} />}
      {waits.length === 0 && !isPaused && (
        <Empty icon="approvals" title="This run waits for nobody">
          <p>
            The decision was made, or came too late.{" "}
            <a href={link(`/runs/${run.id}`)}>See the run</a>.
          </p>
        </Empty>
      )}
      <h2>Evidence</h2>
      <JsonBlock label="Input of the run" value={run.input} bytes={run.input_bytes} />
      {run.steps
        .filter(({ status, error }) => status === "completed" || error !== null)
        .map(({ name, output, output_bytes: bytes, error }) =>
          error === null ? (
            <JsonBlock key={name} label={`Output of ${name}`} value={output} bytes={bytes} />
          ) : (
            <section key={name} class="card stack" aria-label={`Error of ${name}`}>
              <h2>Error of {name}</h2>
              <p class="reason">
                <Words of={error} />
              </p>
            </section>
          ),
        )}
    </>
  );
}
