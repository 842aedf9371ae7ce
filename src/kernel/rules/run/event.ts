/**
 * An entry of a run's append-only event log, in its current shape. Entries of older versions are converted by
 * `upcastEvent`.
 */
export type RunEvent = {
  readonly seq: number;
  /** The time of the event, in milliseconds since the epoch. */
  readonly at: number;
  readonly type: RunEventType;
  readonly step: string | null;
  readonly detail: EventDetail | null;
};

/**
 * Makes the first event of a run's log. It is not stored but derived from the row of the run; runs of earlier builds
 * have it as a stored event. `createdAt` is in milliseconds since the epoch.
 */
export const startEvent = (createdAt: number): RunEvent => ({
  seq: 1,
  at: createdAt,
  type: "run.started",
  step: null,
  detail: null,
});

/** All types of events in the log of a run, as the API shows them. */
export const EVENT_TYPES = [
  "run.started",
  "run.paused",
  "run.resumed",
  "run.retried",
  "run.undoing",
  "run.completed",
  "run.failed",
  "run.cancelled",
  "step.started",
  "step.waiting",
  "step.held",
  "step.retried",
  "step.released",
  "step.lost",
  "step.fell_back",
  "step.completed",
  "step.failed",
  "step.skipped",
  "step.undone",
  "step.undo_failed",
  "signal.received",
] as const;
/** The type of an event in the log of a run, such as `step.completed`. */
export type RunEventType = (typeof EVENT_TYPES)[number];

/**
 * The version of the events that this build writes to the log of a run. Older versions are converted when they are
 * read.
 */
export const EVENT_VERSION = 2;
/** The details of an event in a run's log. Each type of event has some of these fields. */
export type EventDetail = {
  readonly message?: string;
  readonly reason?: string;
  /** Name of a signal. `actor` is the sender that the signal names; null if it names none. */
  readonly signal?: string;
  readonly actor?: string | null;
  /** The thing that a step waits for. `until` is the end of the wait, in milliseconds since the epoch. */
  readonly waits_for?: string;
  readonly until?: number | null;
  readonly attempt?: number;
  /** The handler of the fallback that a step now uses. */
  readonly use?: string;
};

/** An event as the log stores it, in the shape of the version that wrote it. */
export type StoredEvent = {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly version: number;
  readonly step: string | null;
  readonly detail: string | null;
};

type Upcast = (event: StoredEvent) => StoredEvent;

/** Converts stored events to the next version, by `type@version`. `*` is every type. */
const UPCASTERS: Readonly<Record<string, Upcast>> = {
  // In version 1, the detail is the message alone, not JSON.
  "*@1": (event) => ({
    ...event,
    version: 2,
    detail: event.detail === null ? null : JSON.stringify({ message: event.detail }),
  }),
};

/** Converts a stored event to the current version. Throws on an event of a newer build. */
export function upcastEvent(stored: StoredEvent): RunEvent {
  let event = stored;
  while (event.version < EVENT_VERSION) {
    const upcast = UPCASTERS[`${event.type}@${event.version}`] ?? UPCASTERS[`*@${event.version}`];
    if (!upcast) throw new Error(`Nothing reads events ${event.type}@${event.version}`);
    event = upcast(event);
  }
  if (event.version > EVENT_VERSION || !isEventType(event.type)) {
    throw new Error(`Event ${event.type}@${event.version} is of a newer build than this one`);
  }
  const { seq, at, type, step } = event;
  return { seq, at, type, step, detail: event.detail === null ? null : JSON.parse(event.detail) };
}

const TYPES: ReadonlySet<string> = new Set(EVENT_TYPES);
const isEventType = (type: string): type is RunEventType => TYPES.has(type);
