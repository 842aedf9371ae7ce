import { describe } from "../../api/client.ts";
import type { WorkflowRunSummary } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { ClearFilters, FilterChoice, FilterField, statusChoices } from "../../parts/filters.tsx";
import { Icon } from "../../parts/icon.tsx";
import { List } from "../../parts/list.tsx";
import { Empty } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Age, Name, Status, Words } from "../../parts/text.tsx";
import { useParam } from "../../state/address.ts";
import { link } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";
import { formatDuration } from "../../state/words.ts";
import { StartRun } from "./start-run.tsx";

const PAGE_SIZE = 100;

const STATUSES = ["running", "paused", "undoing", "completed", "failed", "cancelled"] as const;
const CHOICES = statusChoices("All runs", STATUSES);

/** The runs of the project, newest first, by status and workflow. */
export function RunList() {
  const [status] = useParam("status");
  const [workflow] = useParam("workflow");
  const [start, setStart] = useParam("start");
  const request = (after: string | undefined) => ({
    query: {
      limit: PAGE_SIZE,
      after,
      status: STATUSES.find((one) => one === status),
      workflow: workflow || undefined,
    },
  });
  const pages = useLivePages("GET /v1/runs", `${status}:${workflow}`, request);
  return (
    <Page
      title="Runs"
      actions={
        <>
          <CopyCurl request={() => describe("GET /v1/runs", request(undefined))} />
          <button type="button" class="button primary small" onClick={() => setStart("1")}>
            <Icon name="plus" size={16} /> Start a run
          </button>
        </>
      }
    >
      <div class="toolbar">
        <FilterField name="workflow" label="Name of a workflow" />
        <FilterChoice name="status" label="Status" choices={CHOICES} />
      </div>
      <List
        label="Runs"
        pages={pages}
        columns="minmax(0, 3fr) 8rem 6rem 8rem"
        keyOf={({ id }) => id}
        row={(run) => <RunRow run={run} />}
        empty={<NoRuns isFiltered={status !== "" || workflow !== ""} />}
      />
      {start !== "" && <StartRun named={start === "1" ? "" : start} onClose={() => setStart("")} />}
    </Page>
  );
}

const NoRuns = ({ isFiltered }: { isFiltered: boolean }) => (
  <Empty icon="runs" title={isFiltered ? "No run matches these filters" : "No runs yet"}>
    {isFiltered ? (
      <ClearFilters names={["status", "workflow"]} />
    ) : (
      <p>
        Start a run of a workflow above, or <a href={link("/workflows")}>write a workflow</a> first.
      </p>
    )}
  </Empty>
);

function RunRow({ run }: { run: WorkflowRunSummary }) {
  const { id, workflow, workflow_version: version, status, created_at: from, error } = run;
  const ms = run.settled_at === null ? null : (run.settled_at - from) * 1000;
  return (
    <a class="list-row" href={link(`/runs/${id}`)}>
      <span class="title">
        <Name of={`${workflow}@${version}`} />
        <span class="under">{error ? <Words of={`${error.step}: ${error.message}`} /> : id}</span>
      </span>
      <span>
        <Status of={status} />
      </span>
      <span class="soft minor number">
        {ms === null ? "" : ms === 0 ? "under 1 s" : formatDuration(ms)}
      </span>
      <span class="soft minor">
        <Age at={from} />
      </span>
    </a>
  );
}
