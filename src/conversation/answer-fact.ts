import type { AnswerEvent, AnswerFailed, AnswerFinished } from "../answer/answer-request.ts";
import type { Citation } from "../answer/answer-types.ts";
import type { FileSearchResult } from "./item.ts";
import type { ResultRoom } from "./result-room.ts";

/**
 * One stored step of an answer in progress, in order. The events that clients see are a projection of these facts,
 * so a replay after a crash gives the same events with the same numbers.
 */
export type AnswerFact =
  /** A background response left the queue. */
  | { readonly type: "started" }
  | { readonly type: "search_started"; readonly queries: readonly string[] }
  | {
      readonly type: "search_completed";
      readonly queries: readonly string[];
      /** Null unless the client requested them. */
      readonly results: readonly FileSearchResult[] | null;
    }
  | { readonly type: "text"; readonly text: string; readonly citations: readonly TextCitation[] }
  | Extract<AnswerEvent, { type: "refusal" | `reasoning${string}` | `function_call${string}` }>
  /**
   * An attempt was interrupted, and the next one does not continue the text that was sent: it begins a new message.
   */
  | { readonly type: "regenerated" }
  | SettledFact;

/** A citation that supports the whole text of its fact, or the part that it spans. */
export type TextCitation = Citation & {
  readonly span?: { readonly start: number; readonly end: number };
};

/** The last fact of every answer. */
export type SettledFact = {
  readonly type: "settled";
  /** The time of the end, in seconds since the epoch. */
  readonly at: number;
  readonly outcome: AnswerOutcome;
};

/** The ways in which an answer can end. */
export type AnswerOutcome =
  | AnswerFinished
  | AnswerFailed
  | {
      readonly type: "cancelled";
    };

/**
 * Converts an event of the engine to the fact that is stored. The end of the answer is stored separately. `room` is
 * null when the client did not request the results of searches.
 */
export function toFact(
  event: Exclude<AnswerEvent, { type: "finished" | "failed" }>,
  room: ResultRoom | null,
): AnswerFact {
  if (event.type !== "search_completed") return event;
  const results = event.hits.map(({ fileId, filename, score, attributes, text }) => ({
    file_id: fileId,
    filename,
    score,
    attributes,
    text,
  }));
  return {
    type: "search_completed",
    queries: event.queries,
    results: room && room.take(results),
  };
}
