import type { EventDetail, RunEvent } from "../../kernel/rules/run/event.ts";

/** An event in the log of a run, in the shape of the API. */
export type EventBody = {
  /** The event's number as text, since ids in the API are texts. */
  readonly id: string;
  readonly object: "workflow.run.event";
  readonly sequence_number: number;
  readonly run_id: string;
  readonly type: RunEvent["type"];
  /** Unix seconds, with milliseconds as the fraction. */
  readonly created_at: number;
  readonly step: string | null;
  readonly detail: EventDetail | null;
};

/** One page of a run's events. */
export type EventPage = { readonly events: readonly EventBody[]; readonly hasMore: boolean };

/** Converts an event of a run's log to the shape of the API. */
export const showRunEvent = (
  runId: string,
  { seq, at, type, step, detail }: RunEvent,
): EventBody => ({
  id: String(seq),
  object: "workflow.run.event",
  sequence_number: seq,
  run_id: runId,
  type,
  created_at: at / 1000,
  step,
  detail: detail && (detail.until ? { ...detail, until: detail.until / 1000 } : detail),
});

/**
 * Encodes events of a run as server-sent events. The id of each is its number, which clients send back as
 * `starting_after` or `Last-Event-ID`.
 */
export function encodeRunEvents(runId: string, events: readonly RunEvent[]): Uint8Array {
  const blocks = events.map((event) => {
    const data = JSON.stringify(showRunEvent(runId, event));
    return `event: ${event.type}\nid: ${event.seq}\ndata: ${data}\n\n`;
  });
  return new TextEncoder().encode(blocks.join(""));
}
