import { useEffect, useLayoutEffect } from "preact/hooks";

import { ErrorNotice } from "../../parts/notice.tsx";
import { useLive } from "../../state/live.ts";
import type { Query } from "../../state/query.ts";
import { projectId } from "../../state/session.ts";
import type { Answer } from "../../state/watch.ts";
import { formatDuration, formatNumber } from "../../state/words.ts";
import { LaneCurves } from "./lane-curves.tsx";
import { noteLanes } from "./lane-history.ts";
import { LANE_NAMES } from "./lane-names.ts";

type LaneList = Answer<"GET /v1/lanes">;

/** The load of the lanes in which background work waits. */
export function Lanes() {
  const lanes = useLive("lanes", "GET /v1/lanes", {});
  useNotedLanes(lanes);
  return (
    <section class="card stack" aria-label="Lanes">
      <h2>Lanes</h2>
      <ErrorNotice error={lanes.error} retry={lanes.reload} />
      <dl class="facts">
        {lanes.value?.data.map((lane) => (
          <div key={lane.name}>
            <dt>{LANE_NAMES[lane.name]}</dt>
            <dd>
              {lane.jobs === null ? (
                "not known now"
              ) : (
                <>
                  {formatNumber(lane.jobs)}{" "}
                  <span class="soft">of {formatNumber(lane.jobs_max)}</span>
                  <progress
                    value={Math.min(1, lane.jobs / lane.jobs_max)}
                    aria-label={`Load of ${LANE_NAMES[lane.name]}`}
                  />
                </>
              )}
              {lane.oldest_age_seconds !== null && lane.oldest_age_seconds > 0 && (
                <span class="soft small">
                  {" "}
                  the oldest waits {formatDuration(lane.oldest_age_seconds * 1000)}
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <LaneCurves version={lanes.value?.data.map(({ jobs }) => jobs).join()} />
    </section>
  );
}

/**
 * Keeps what is seen of the lanes. There is no stream while the tab is hidden, nor after the page is left: what happens
 * then is not known.
 */
function useNotedLanes({ value, error, reload }: Query<LaneList>): void {
  const project = projectId.value ?? "";
  useLayoutEffect(() => {
    if (value || error) noteLanes(project, error ? null : (value?.data ?? null));
  }, [project, value, error]);
  useEffect(() => {
    const see = () => {
      if (document.hidden) noteLanes(project, null);
      // Reads the lanes again, also if they are as they were.
      else reload();
    };
    document.addEventListener("visibilitychange", see);
    return () => {
      document.removeEventListener("visibilitychange", see);
      noteLanes(project, null);
    };
  }, [project]);
}
