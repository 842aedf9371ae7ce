/** An event of a run. The log is append-only; readers see the present shape, whatever was stored. */
export type RunEvent = {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: RunEventType;
  readonly step: string | null;
  readonly detail: EventDetail | null;
};

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
export type RunEventType = (typeof EVENT_TYPES)[number];

/** Of version 2, which is written now. */
export const EVENT_VERSION = 2;
export type EventDetail = {
  readonly message?: string;
  readonly reason?: string;
  /** Of a signal: its name and who sent it. */
  readonly signal?: string;
  readonly actor?: string | null;
  /** The subject of a step's wait, and its end in milliseconds since the epoch. */
  readonly waits_for?: string;
  readonly until?: number | null;
  readonly attempt?: number;
  /** The handler that a step fell back to. */
  readonly use?: string;
};

export type StoredEvent = {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly version: number;
  readonly step: string | null;
  readonly detail: string | null;
};

type Upcast = (event: StoredEvent) => StoredEvent;

/** By `type@version`: converts a stored event to the next version. `*` is every type. */
const UPCASTERS: Readonly<Record<string, Upcast>> = {
  // Version 1 kept a bare message as its detail.
  "*@1": (event) => ({
    ...event,
    version: 2,
    detail: event.detail === null ? null : JSON.stringify({ message: event.detail }),
  }),
};

/** Converts a stored event to the present version. Throws on an event of a newer build. */
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
