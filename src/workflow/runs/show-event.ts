import type { EventDetail, RunEvent } from "../../kernel/rules/run/event.ts";

/** One event of a run, as clients see it. */
export type EventBody = {
  /** The event's number as a text, since ids are texts. */
  readonly id: string;
  readonly object: "workflow.run.event";
  readonly sequence_number: number;
  readonly run_id: string;
  readonly type: RunEvent["type"];
  /** Unix seconds with milliseconds. */
  readonly created_at: number;
  readonly step: string | null;
  readonly detail: EventDetail | null;
};

/** One page of a run's events. */
export type EventPage = { readonly events: readonly EventBody[]; readonly hasMore: boolean };

/** Converts an event to the form that clients see. */
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

/** Encodes server-sent events. Their id is the value of `starting_after` and `Last-Event-ID`. */
export function encodeRunEvents(runId: string, events: readonly RunEvent[]): Uint8Array {
  const blocks = events.map((event) => {
    const data = JSON.stringify(showRunEvent(runId, event));
    return `event: ${event.type}\nid: ${event.seq}\ndata: ${data}\n\n`;
  });
  return new TextEncoder().encode(blocks.join(""));
}
