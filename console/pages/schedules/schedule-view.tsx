import { useLocation } from "preact-iso";

import { call, describe } from "../../api/client.ts";
import type { WorkflowSchedule } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { JsonBlock } from "../../parts/json-block.tsx";
import { ErrorNotice, Loading, Note } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { RemoveButton } from "../../parts/remove-button.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { Age, Facts, Status, Words } from "../../parts/text.tsx";
import { useAction } from "../../state/action.ts";
import { formatJson } from "../../state/json.ts";
import { link } from "../../state/links.ts";
import { useLive } from "../../state/live.ts";
import { isGone } from "../../state/query.ts";
import { formatTime } from "../../state/words.ts";

/** One schedule: its next ticks, its last run, and its commands. */
export function ScheduleView({ scheduleId }: { scheduleId: string }) {
  const path = { schedule_id: scheduleId };
  const schedule = useLive(scheduleId, "GET /v1/schedules/{schedule_id}", { path });
  const known = schedule.value;
  return (
    <Page
      title={known ? known.workflow : "Schedule"}
      back={{ href: link("/schedules"), label: "Schedules" }}
      actions={
        <>
          <CopyCurl request={describe("GET /v1/schedules/{schedule_id}", { path })} />
          {known && !isGone(schedule) && <Actions schedule={known} onChanged={schedule.reload} />}
        </>
      }
    >
      <SubjectNotice query={schedule} kind="schedule" />
      {!known && schedule.isLoading && <Loading />}
      {known && <Known schedule={known} />}
    </Page>
  );
}

function Known({ schedule }: { schedule: WorkflowSchedule }) {
  const { last_at: last, last_run_id: run, last_error: error, next_times: times } = schedule;
  return (
    <>
      <Facts
        facts={[
          ["Status", <Status of={schedule.paused ? "paused" : "active"} />],
          ["When", <code>{schedule.cron}</code>],
          ["Time zone", schedule.time_zone],
          ["Last tick", last === null ? "None yet" : <Age at={last} />],
          ["Last run", run === null ? "–" : <a href={link(`/runs/${run}`)}>{run}</a>],
          ["Missed ticks", CATCH_UP[schedule.catch_up]],
          ["While a run is open", OVERLAP[schedule.overlap]],
          ["Skipped so far", String(schedule.skipped)],
        ]}
      />
      {error && (
        <Note kind="warning">
          <p>
            {formatTime(error.at)}: <Words of={error.message} />
          </p>
        </Note>
      )}
      <section class="card stack" aria-label="Next ticks">
        <h2>{schedule.paused ? "Next ticks, once it is resumed" : "Next ticks"}</h2>
        {times.length === 0 && (
          <p class="soft">None: the schedule is paused, or never ticks again.</p>
        )}
        <ol class="plain">
          {times.map((at) => (
            <li key={at}>
              {formatTime(at)}{" "}
              <span class="soft">
                <Age at={at} />
              </span>
            </li>
          ))}
        </ol>
      </section>
      <JsonBlock
        label="Input of its runs"
        value={schedule.input}
        bytes={formatJson(schedule.input).length}
      />
    </>
  );
}

const CATCH_UP = {
  skip: "are left out",
  latest: "the latest is made up for",
  all: "are made up for",
};
const OVERLAP = { allow: "starts another", skip: "starts none", queue: "waits for its end" };

type ActionsProps = { readonly schedule: WorkflowSchedule; readonly onChanged: () => void };

function Actions({ schedule, onChanged }: ActionsProps) {
  const action = useAction();
  const { route } = useLocation();
  const path = { schedule_id: schedule.id };
  const change = () =>
    action.run(async () => {
      const body = { paused: !schedule.paused };
      await call("POST /v1/schedules/{schedule_id}", { path, body });
      onChanged();
    });
  const trigger = () =>
    action.run(async () => {
      await call("POST /v1/schedules/{schedule_id}/trigger", { path });
      onChanged();
    });
  const remove = async () => {
    await call("DELETE /v1/schedules/{schedule_id}", { path });
    route(link("/schedules"));
  };
  return (
    <>
      <button type="button" class="button small" disabled={action.isBusy} onClick={trigger}>
        Run now
      </button>
      <button type="button" class="button small" disabled={action.isBusy} onClick={change}>
        {schedule.paused ? "Resume" : "Pause"}
      </button>
      <RemoveButton title="Delete the schedule?" remove={remove}>
        No more runs begin by it. Those that have begun go on.
      </RemoveButton>
      <ErrorNotice error={action.error} />
    </>
  );
}
