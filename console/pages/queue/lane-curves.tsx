import { useEffect, useMemo, useState } from "preact/hooks";

import { Chart } from "../../parts/chart/chart.tsx";
import { projectId } from "../../state/session.ts";
import { countOf, formatDuration, formatNumber } from "../../state/words.ts";
import {
  type Curve,
  HISTORY_MS,
  historyOf,
  type LaneHistory,
  type LaneName,
  readCurve,
  readRange,
} from "./lane-history.ts";
import { LANE_NAMES } from "./lane-names.ts";

/** Pause between two drawings, in milliseconds; longer for those who want nothing to move by itself. */
const MOVE_MS = 1_000;
const STILL_MS = 10_000;
const MINUTE_S = 60;

const LANES: readonly LaneName[] = ["interactive", "default", "batch", "ingest"];

/**
 * The jobs of the lanes over the minutes for which the page is open: a curve for each, and the same in a table. `version`
 * differs when the jobs do.
 */
export function LaneCurves({ version }: { version: string | undefined }) {
  const now = useNow(version);
  const [isTable, setTable] = useState(false);
  const history = historyOf(projectId.value ?? "");
  if (history.length === 0) return null;
  return (
    <>
      <h3>Since this page is open</h3>
      <div class="lane-curves">
        {LANES.map((lane) => (
          <LaneCurve key={lane} lane={lane} history={history} now={now} />
        ))}
      </div>
      <details onToggle={({ currentTarget }) => setTable(currentTarget.open)}>
        <summary class="soft small">The same as a table</summary>
        {isTable && <MinuteTable history={history} now={now} />}
      </details>
    </>
  );
}

/** Returns the time of the page's clock, which moves on by itself and with each `version`. */
function useNow(version: string | undefined): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    setNow(performance.now());
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const move = () => setNow(performance.now());
    const timer = setInterval(move, isStill ? STILL_MS : MOVE_MS);
    return () => clearInterval(timer);
  }, [version]);
  return now;
}

type LaneCurveProps = {
  readonly lane: LaneName;
  readonly history: LaneHistory;
  readonly now: number;
};

function LaneCurve({ lane, history, now }: LaneCurveProps) {
  const [point, setPoint] = useState<number | null>(null);
  const curve = useMemo(() => readCurve(history, lane, now), [history, lane, now]);
  return (
    <figure class="lane-curve">
      <figcaption class="small">
        {LANE_NAMES[lane]} <span class="soft">{namePoint(curve, point)}</span>
      </figcaption>
      <Chart
        label={describe(LANE_NAMES[lane], curve)}
        at={curve.at}
        values={curve.jobs}
        onPoint={setPoint}
      />
    </figure>
  );
}

const nameJobs = (jobs: number | null | undefined) =>
  jobs === null || jobs === undefined ? "not known" : countOf(jobs, "job");

function namePoint({ at, jobs }: Curve, point: number | null): string {
  if (point === null || point >= at.length) return nameJobs(jobs.at(-1));
  const ago = Math.round(-(at[point] ?? 0));
  if (ago === 0) return `${nameJobs(jobs[point])}, now`;
  return `${nameJobs(jobs[point])}, ${ago < 60 ? `${ago} s` : formatDuration(ago * 1000)} ago`;
}

function describe(name: string, curve: Curve): string {
  const range = readRange(curve, -HISTORY_MS / 1000, 0);
  const minutes = Math.max(1, Math.ceil(-(curve.at[0] ?? 0) / MINUTE_S));
  const seen = range
    ? `between ${formatNumber(range.least)} and ${countOf(range.most, "job")}`
    : "not known";
  const time = minutes === 1 ? "minute" : `${minutes} minutes`;
  return `${name}: ${nameJobs(curve.jobs.at(-1))} now, ${seen} in the last ${time}`;
}

/** The most jobs of each lane in each minute, the newest first. */
function MinuteTable({ history, now }: { history: LaneHistory; now: number }) {
  const curves = LANES.map((lane) => readCurve(history, lane, now));
  const first = Math.min(0, ...curves.map(({ at }) => at[0] ?? 0));
  const minutes = Array.from(
    { length: Math.max(1, Math.ceil(-first / MINUTE_S)) },
    (_none, index) => index,
  );
  return (
    <div class="table-box" tabIndex={0} role="group" aria-label="Jobs by minute">
      <table>
        <thead>
          <tr>
            <th>Most jobs at once</th>
            {LANES.map((lane) => (
              <th key={lane} class="number">
                {LANE_NAMES[lane]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {minutes.map((minute) => (
            <tr key={minute}>
              <td class="nowrap">{minute === 0 ? "this minute" : `${minute} min ago`}</td>
              {curves.map((curve, index) => {
                const from = -(minute + 1) * MINUTE_S;
                const range = readRange(curve, from, from + MINUTE_S);
                return (
                  <td key={LANES[index]} class="number">
                    {range ? formatNumber(range.most) : "–"}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
