import type { Lane } from "../../api/operations.ts";

export type LaneName = Lane["name"];

/** The jobs of the lanes from a time on. Null from when on nobody looked, or the service did not answer. */
type Sample = {
  /** Milliseconds of the page's own clock, which no setting of the computer's clock moves. */
  readonly at: number;
  readonly jobs: Readonly<Partial<Record<LaneName, number | null>>> | null;
};
/** What was seen of the lanes in the last minutes, the oldest sample first. */
export type LaneHistory = readonly Sample[];

/** The jobs of a lane over time: each value holds until the next. */
export type Curve = {
  /** Seconds before now, negative and ascending. */
  readonly at: readonly number[];
  readonly jobs: readonly (number | null)[];
};

/** Length of the history, in milliseconds. */
export const HISTORY_MS = 15 * 60_000;
/** The time before a gap at which the last value is drawn once more, in milliseconds. */
const EDGE_MS = 1;

/** Adds what is seen now, and forgets what is too old. */
export const addSample = (history: LaneHistory, sample: Sample): LaneHistory => [
  ...dropOld(history, sample.at),
  sample,
];

/** Keeps of the samples before the window the last one, which says how the window begins. */
function dropOld(history: LaneHistory, now: number): LaneHistory {
  const first = history.findLastIndex(({ at }) => at <= now - HISTORY_MS);
  return history.slice(Math.max(0, first));
}

/** Returns the curve of a lane until now. */
export function readCurve(history: LaneHistory, lane: LaneName, now: number): Curve {
  const points: { at: number; jobs: number | null }[] = [];
  for (const { at, jobs } of dropOld(history, now)) {
    // A drawing that stands still is of an earlier time than the newest sample.
    if (at > now) break;
    const value = jobs?.[lane] ?? null;
    const last = points.at(-1);
    const begin = Math.max(at, now - HISTORY_MS);
    // Without it, the line would end where the value before was seen first.
    if (value === null && last && last.jobs !== null) points.push({ ...last, at: begin - EDGE_MS });
    points.push({ at: begin, jobs: value });
  }
  const last = points.at(-1);
  if (last && last.at < now) points.push({ ...last, at: now });
  return {
    at: points.map(({ at }) => (at - now) / 1000),
    jobs: points.map(({ jobs }) => jobs),
  };
}

/** The least and the most jobs of a curve between two of its times; null if none are known there. */
export function readRange({ at, jobs }: Curve, from: number, to: number) {
  const held = at.findLastIndex((time) => time <= from);
  const known = jobs.filter(
    (value, index): value is number =>
      value !== null && (index === held || ((at[index] ?? 0) > from && (at[index] ?? 0) <= to)),
  );
  return known.length === 0 ? null : { least: Math.min(...known), most: Math.max(...known) };
}

/** The histories of the projects whose lanes were looked at since the page was loaded. */
const histories = new Map<string, LaneHistory>();

/** Returns what was seen of a project's lanes. */
export const historyOf = (projectId: string): LaneHistory => histories.get(projectId) ?? [];

/** Keeps what is seen of a project's lanes now; null if nobody looks any more. */
export function noteLanes(projectId: string, lanes: readonly Lane[] | null): void {
  const jobs = lanes && Object.fromEntries(lanes.map(({ name, jobs: count }) => [name, count]));
  const history = historyOf(projectId);
  if (jobs === null && history.length === 0) return;
  histories.set(projectId, addSample(history, { at: performance.now(), jobs }));
}
