import { ErrorNotice } from "../../parts/notice.tsx";
import { useLive } from "../../state/live.ts";
import { formatDuration, formatNumber } from "../../state/words.ts";

const LANE_NAMES = {
  interactive: "Interactive",
  default: "Default",
  batch: "Batch",
  ingest: "Files to index",
} as const;

/** The load of the lanes in which background work waits. */
export function Lanes() {
  const lanes = useLive("lanes", "GET /v1/lanes", {});
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
    </section>
  );
}
