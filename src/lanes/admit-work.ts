import type { Refusal } from "../refusal.ts";
import {
  type BackgroundWork,
  type Backlog,
  type BacklogCapacity,
  type BacklogLoad,
  backlogOf,
  type MeasuredBacklog,
} from "./backlog.ts";

/** Admits new work for the background, or refuses it while too much waits. */
export type AdmissionDeps = {
  /** Returns the refusal of new work; null if it may be added. */
  refuseWork(work: BackgroundWork): Promise<Refusal | null>;
};

/**
 * The share of the capacity up to which new work is admitted. Work that can wait longest is refused first, so that the
 * rest of the capacity is there for work that somebody waits for. Many files at once are the batch work of ingestion.
 */
const ADMITTED_UP_TO: Readonly<Record<BackgroundWork, number>> = {
  batch: 0.7,
  default: 0.85,
  interactive: 1,
  files: 0.7,
  file: 0.85,
};

/**
 * The backlogs that count for new work: its own, and those of more urgent answers, since the same providers make them.
 * While a more urgent lane is full, the lanes below it get no backlog. They get the work that they can begin at once:
 * each lane has consumers of its own, which would be idle without it.
 */
const COMPETES_WITH: Readonly<Record<BackgroundWork, readonly Backlog[]>> = {
  interactive: ["interactive"],
  default: ["default", "interactive"],
  batch: ["batch", "default", "interactive"],
  file: ["ingest"],
  files: ["ingest"],
};

/** Lists the backlogs whose load decides about new work. */
export const listCompeting = (work: BackgroundWork): readonly Backlog[] => COMPETES_WITH[work];

/** Bounds of `Retry-After`, in seconds. OpenAI's clients ignore one of more than a minute. */
const RETRY_SECONDS_MIN = 1;
const RETRY_SECONDS_MAX = 60;
/** Varies `Retry-After` by up to this share, so that refused clients do not come back all at once. */
const JITTER_SHARE = 0.25;

/**
 * Decides about new work from the load of the backlogs that compete with it. Returns the refusal, with the time after
 * which enough of the backlog will have been worked on; null if the work is admitted. A load that nobody knows admits,
 * and so does room in the work's own lane while only a more urgent one is full. `random` returns a number in [0, 1).
 */
export function refuseByLoad(
  work: BackgroundWork,
  backlogs: readonly MeasuredBacklog[],
  random: () => number,
): Refusal | null {
  const limit = ADMITTED_UP_TO[work];
  const measured = backlogs.flatMap(({ backlog, load, capacity }) =>
    load === null ? [] : [{ backlog, load, fill: fillOf(load, capacity) }],
  );
  const [fullest] = measured.toSorted((a, b) => b.fill - a.fill);
  if (!fullest || fullest.fill < limit) return null;
  const own = measured.find((one) => one.backlog === backlogOf(work));
  if (own && own.fill < limit && own.load.room > 0) return null;
  const { backlog, load, fill } = fullest;
  const retryAfter = secondsUntil(limit, fill, load, random());
  return {
    code: "backlog_full",
    message: explain(work, backlog, { fill, limit, retryAfter }),
    retryAfter,
  };
}

/** Returns the filled share of a backlog, from 0: by its jobs or by its age, whichever is fuller. */
function fillOf({ jobs, oldestAgeMs }: BacklogLoad, capacity: BacklogCapacity): number {
  return Math.max(jobs / capacity.jobs, oldestAgeMs / capacity.ageMs);
}

/** Computes the seconds in which the backlog shrinks to `limit` at the rate at which jobs end now. */
function secondsUntil(
  limit: number,
  fill: number,
  { jobs, drainPerSecond }: BacklogLoad,
  dice: number,
): number {
  const excess = Math.max(1, jobs * (1 - limit / fill));
  const seconds =
    drainPerSecond === null || drainPerSecond <= 0 ? Infinity : excess / drainPerSecond;
  const varied = Math.min(
    seconds * (1 + JITTER_SHARE * dice),
    RETRY_SECONDS_MAX * (1 - JITTER_SHARE * dice),
  );
  // Rounded first, since a share of a whole number is seldom exact.
  return Math.max(RETRY_SECONDS_MIN, Math.ceil(Math.round(varied * 1_000) / 1_000));
}

type Explained = { readonly fill: number; readonly limit: number; readonly retryAfter: number };

function explain(work: BackgroundWork, backlog: Backlog, { fill, limit, retryAfter }: Explained) {
  const share = `${Math.floor(fill * 100)} % of its capacity, and`;
  const again = `Nothing of this request is stored. Send it again in ${retryAfter} s`;
  if (backlog === "ingest") {
    const less = work === "files" ? ", or attach the files one by one" : "";
    return `The queue of files to index has ${share} admits ${work === "files" ? "batches of files" : "files"} up to ${limit * 100} %. ${again}${less}.`;
  }
  const refused = backlogOf(work) === backlog ? "new answers" : `new answers of the lane ${work}`;
  const urgent = work === "interactive" ? "" : ", send it with a more urgent service_tier";
  return `The lane ${backlog} has ${share} ${refused} are admitted up to ${limit * 100} %. ${again}${urgent}, or without 'background': such an answer waits in no queue.`;
}
