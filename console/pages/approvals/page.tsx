import { useRoute } from "preact-iso";

import { describe } from "../../api/client.ts";
import type { WorkflowRunApproval } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { ClearFilters, FilterField } from "../../parts/filters.tsx";
import { List } from "../../parts/list.tsx";
import { Empty } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Age, Name } from "../../parts/text.tsx";
import { useParam } from "../../state/address.ts";
import { link } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";
import { Decisions } from "./decisions.tsx";

const PAGE_SIZE = 100;

/** The screen of approvals: the waits of all runs of the project or, with a run in the path, those of that run. */
export default function ApprovalsPage() {
  const { run } = useRoute().params;
  return run ? <Decisions key={run} runId={run} /> : <Approvals />;
}

function Approvals() {
  const [workflow] = useParam("workflow");
  const request = (after: string | undefined) => ({
    query: { limit: PAGE_SIZE, after, workflow: workflow || undefined },
  });
  const pages = useLivePages("GET /v1/approvals", `approvals:${workflow}`, request);
  return (
    <Page
      title="Approvals"
      actions={<CopyCurl request={() => describe("GET /v1/approvals", request(undefined))} />}
    >
      <div class="toolbar">
        <FilterField name="workflow" label="Name of a workflow" />
      </div>
      <List
        label="Runs that wait for somebody"
        pages={pages}
        columns="minmax(0, 2fr) minmax(0, 2fr) 8rem"
        keyOf={({ id }) => id}
        row={(approval) => <Row approval={approval} />}
        empty={<NothingWaits isFiltered={workflow !== ""} />}
      />
    </Page>
  );
}

const NothingWaits = ({ isFiltered }: { isFiltered: boolean }) => (
  <Empty
    icon="approvals"
    title={isFiltered ? "No run of this workflow waits" : "Nothing waits for you"}
  >
    {isFiltered ? (
      <ClearFilters names={["workflow"]} />
    ) : (
      <p>
        A run comes here when a step waits for a signal, such as an approval, or when a step that
        failed asks a person. <a href={link("/workflows")}>Write such a workflow</a>.
      </p>
    )}
  </Empty>
);

function Row({ approval }: { approval: WorkflowRunApproval }) {
  const { id, workflow, waiting_for: waits, as_of: at } = approval;
  const [first] = waits;
  return (
    <a class="list-row" href={link(`/approvals/${id}`)}>
      <span class="title">
        <Name of={workflow} />
        <span class="under">{id}</span>
      </span>
      <span>
        {first && <Name of={first.step} />}
        {waits.length > 1 && <span class="soft"> and {waits.length - 1} more</span>}
      </span>
      <span class="soft minor">
        <Age at={at} />
      </span>
    </a>
  );
}
