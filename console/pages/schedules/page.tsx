import { useRoute } from "preact-iso";

import { describe } from "../../api/client.ts";
import type { WorkflowScheduleSummary } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { ClearFilters, FilterField } from "../../parts/filters.tsx";
import { Icon } from "../../parts/icon.tsx";
import { List } from "../../parts/list.tsx";
import { Empty } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Age, Name, Status, Words } from "../../parts/text.tsx";
import { useParam } from "../../state/address.ts";
import { link } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";
import { NewSchedule } from "./new-schedule.tsx";
import { ScheduleView } from "./schedule-view.tsx";

/** The schedules of the project, or one of them. */
export default function SchedulesPage() {
  const { schedule } = useRoute().params;
  return schedule ? <ScheduleView key={schedule} scheduleId={schedule} /> : <Schedules />;
}

function Schedules() {
  const [isNew, setNew] = useParam("new");
  const [workflow] = useParam("workflow");
  const request = (after: string | undefined) => ({
    query: { limit: 100, after, workflow: workflow || undefined },
  });
  const pages = useLivePages("GET /v1/schedules", `schedules:${workflow}`, request);
  return (
    <Page
      title="Schedules"
      actions={
        <>
          <CopyCurl request={() => describe("GET /v1/schedules", request(undefined))} />
          <button type="button" class="button primary small" onClick={() => setNew("1")}>
            <Icon name="plus" size={16} /> New schedule
          </button>
        </>
      }
    >
      <div class="toolbar">
        <FilterField name="workflow" label="Name of a workflow" />
      </div>
      <List
        label="Schedules"
        pages={pages}
        columns="minmax(0, 2fr) minmax(0, 2fr) 6rem 8rem"
        keyOf={({ id }) => id}
        row={(schedule) => <Row schedule={schedule} />}
        empty={<NoSchedules isFiltered={workflow !== ""} />}
      />
      {isNew !== "" && <NewSchedule onClose={() => setNew("")} />}
    </Page>
  );
}

const NoSchedules = ({ isFiltered }: { isFiltered: boolean }) => (
  <Empty
    icon="schedules"
    title={isFiltered ? "No schedule starts this workflow" : "No schedules yet"}
  >
    {isFiltered ? (
      <ClearFilters names={["workflow"]} />
    ) : (
      <>
        <p>A schedule starts runs of a workflow by the clock, such as every morning at six.</p>
        <p>
          Make one above. It needs a workflow: <a href={link("/workflows")}>write one</a> first.
        </p>
      </>
    )}
  </Empty>
);

function Row({ schedule }: { schedule: WorkflowScheduleSummary }) {
  const {
    id,
    workflow,
    cron,
    time_zone: zone,
    paused,
    next_at: next,
    last_error: error,
  } = schedule;
  return (
    <a class="list-row" href={link(`/schedules/${id}`)}>
      <span class="title">
        <Name of={workflow} />
        <span class="under">{error ? <Words of={error.message} /> : id}</span>
      </span>
      <span>
        <code>{cron}</code> <span class="soft">{zone}</span>
      </span>
      <span>
        <Status of={paused ? "paused" : "active"} />
      </span>
      <span class="soft minor">{next === null ? "–" : <Age at={next} />}</span>
    </a>
  );
}
