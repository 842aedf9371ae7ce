import { describe, open } from "../../api/client.ts";
import type { WorkflowRun } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Graph } from "../../parts/graph/graph.tsx";
import { type GraphStep } from "../../parts/graph/place-steps.ts";
import { JsonBlock } from "../../parts/json-block.tsx";
import { Loading, Note } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { Age, Facts, Status, Words } from "../../parts/text.tsx";
import { WholeWaterfall } from "../../parts/whole-waterfall.tsx";
import { useParam } from "../../state/address.ts";
import { link, linkWith } from "../../state/links.ts";
import { isGone, useQuery } from "../../state/query.ts";
import { type RunLog, useRunLog } from "../../state/run-log.ts";
import { useRun } from "../../state/use-run.ts";
import { formatDuration, formatNumber } from "../../state/words.ts";
import { EventLog } from "./event-log.tsx";
import { RunActions } from "./run-actions.tsx";
import { StepPanel } from "./step-panel.tsx";

const VIEWS = [
  ["", "Graph"],
  ["time", "Waterfall"],
  ["log", "Log"],
  ["data", "Input and output"],
] as const;

/** One run: its graph with the states on it, its waterfall, its log, and its input and output. */
export function RunView({ runId }: { runId: string }) {
  const path = { run_id: runId };
  const run = useRun(runId);
  const known = run.value;
  const log = useRunLog(runId, known?.event);
  return (
    <Page
      title={known ? `${known.workflow}@${known.workflow_version}` : "Run"}
      back={{ href: link("/runs"), label: "Runs" }}
      actions={
        <>
          <CopyCurl request={describe("GET /v1/runs/{run_id}", { path })} />
          {known && !isGone(run) && <RunActions run={known} onChanged={run.reload} />}
        </>
      }
    >
      <SubjectNotice query={run} kind="run" />
      {!known && run.isLoading && <Loading />}
      {known && <Known run={known} log={log} />}
    </Page>
  );
}

function Known({ run, log }: { run: WorkflowRun; log: RunLog }) {
  const [view] = useParam("view");
  const [step] = useParam("step");
  const { id, status, error, settled_at: settled, created_at: created } = run;
  const waits = run.waiting_for.filter((wait) => wait.for !== "time");
  return (
    <>
      <Facts
        facts={[
          ["Status", <Status of={waits.length > 0 ? "waiting" : status} />],
          ["Started", <Age at={created} />],
          ["Took", settled === null ? "still open" : formatTook(settled - created)],
          ["Steps", formatNumber(run.steps.length)],
          ["Id", <code>{id}</code>],
        ]}
      />
      {error && (
        <Note kind="warning">
          <p>
            <b>{error.step}</b>: <Words of={error.message} />
          </p>
        </Note>
      )}
      {waits.length > 0 && (
        <Note kind="warning">
          <p>
            The run waits for somebody: {waits.map((wait) => wait.step).join(", ")}.{" "}
            <a href={link(`/approvals/${id}`)}>Decide</a>
          </p>
        </Note>
      )}
      <nav class="tabs" aria-label="Views of the run">
        {VIEWS.map(([name, label]) => (
          <a
            key={name}
            class="tab"
            href={linkWith(`/runs/${id}`, { view: name })}
            aria-current={view === name ? "page" : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      {view === "time" && <WholeWaterfall log={log} total={run.event} />}
      {view === "log" && <EventLog log={log} total={run.event} begin={created} />}
      {view === "data" && (
        <>
          <JsonBlock label="Input" value={run.input} bytes={run.input_bytes} />
          <JsonBlock label="Output" value={run.output} bytes={run.output_bytes} />
        </>
      )}
      {view === "" && <RunGraph run={run} chosen={step} />}
      {step !== "" && view === "" && <StepPanel run={run} name={step} />}
    </>
  );
}

/** Formats a duration in whole seconds. */
const formatTook = (seconds: number) =>
  seconds === 0 ? "under 1 s" : formatDuration(seconds * 1000);

function RunGraph({ run, chosen }: { run: WorkflowRun; chosen: string }) {
  const edges = useQuery(`graph:${run.id}`, (signal) => readEdges(run.id, signal));
  // Without the graph, such as offline, the steps stand side by side.
  const steps = run.steps.map((step): GraphStep => ({
    name: step.name,
    use: step.use,
    status: step.status,
    needs: edges.value ? readNeeds(edges.value, run, step.name) : [],
  }));
  const hrefOf = (name: string) => linkWith(`/runs/${run.id}`, { step: name });
  return (
    <section class="card stack" aria-label="Graph">
      {edges.value || !edges.isLoading ? (
        <Graph steps={steps} chosen={chosen} hrefOf={hrefOf} />
      ) : (
        <Loading />
      )}
      <details>
        <summary>Steps as a list</summary>
        <ul class="plain">
          {run.steps.map(({ name, status }) => (
            <li key={name} class="row">
              <a href={hrefOf(name)}>{name}</a> <Status of={status} />
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

type Edges = readonly (readonly [from: number, to: number])[];

/** Reads the lines of the run's own graph, which the service draws as a Mermaid flowchart of the sorted steps. */
async function readEdges(runId: string, signal: AbortSignal): Promise<Edges> {
  const query = { format: "mermaid" } as const;
  const response = await open("GET /v1/runs/{run_id}", { path: { run_id: runId }, query, signal });
  const lines = (await response.text()).matchAll(/^ {2}s(\d+) (?:-->|-\.->\|\w+\|) s(\d+)$/gm);
  return Array.from(lines, ([, from, to]) => [Number(from), Number(to)] as const);
}

function readNeeds(edges: Edges, { steps }: WorkflowRun, name: string): string[] {
  const names = steps.map((step) => step.name).toSorted();
  const own = names.indexOf(name);
  return edges.flatMap(([from, to]) => (to === own ? [names[from] ?? ""] : []));
}
