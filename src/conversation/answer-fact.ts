import type { AnswerEvent, AnswerFailed, AnswerFinished } from "../answer/answer-request.ts";
import type { Citation } from "../answer/answer-types.ts";
import { findPlace } from "../knowledge/chunk-places.ts";
import { splitHeading } from "../knowledge/heading-path.ts";
import type { FileSearchResult } from "./item.ts";
import type { ResultBudget } from "./result-budget.ts";

/**
 * An entry of the stored log of an answer in progress. The events that clients see are computed from these facts alone,
 * so a replay after a crash gives the same events with the same numbers.
 */
export type AnswerFact =
  /** A background response left the queue. */
  | { readonly type: "started" }
  | { readonly type: "search_started"; readonly queries: readonly string[] }
  | {
      readonly type: "search_completed";
      readonly queries: readonly string[];
      /** The results of the search; null if the client did not request them. */
      readonly results: readonly FileSearchResult[] | null;
    }
  | { readonly type: "text"; readonly text: string; readonly citations: readonly TextCitation[] }
  | Extract<AnswerEvent, { type: "refusal" | `reasoning${string}` | `function_call${string}` }>
  /**
   * An attempt was interrupted, and the next one does not continue the text that was sent: it begins a new message.
   */
  | { readonly type: "regenerated" }
  | SettledFact;

/**
 * A citation in an entry of type `text` of an answer's log. It supports the whole text of the entry or, with `span`,
 * the part of it between two character offsets.
 */
export type TextCitation = Citation & {
  readonly span?: { readonly start: number; readonly end: number };
};

/** The last entry of an answer's log, which says how the answer ended. */
export type SettledFact = {
  readonly type: "settled";
  /** The time at which the answer ended, in seconds since the epoch. */
  readonly at: number;
  readonly outcome: AnswerOutcome;
};

/** The way in which an answer ended: finished (complete or cut short), failed, or cancelled. */
export type AnswerOutcome =
  | AnswerFinished
  | AnswerFailed
  | {
      readonly type: "cancelled";
    };

/**
 * Converts an event that `generate` yields to a fact, an entry of the answer's log. `budget` limits the bytes of search
 * results; it is null when the client did not request the results, which are then left out.
 */
export function toFact(
  event: Exclude<AnswerEvent, { type: "finished" | "failed" }>,
  budget: ResultBudget | null,
): AnswerFact {
  if (event.type !== "search_completed") return event;
  const results = event.hits.map((hit) => ({
    file_id: hit.fileId,
    filename: hit.filename,
    score: hit.score,
    attributes: hit.attributes,
    text: hit.text,
    heading_path: splitHeading(hit.heading),
    ...findPlace(hit, hit.start, hit.end),
  }));
  return {
    type: "search_completed",
    queries: event.queries,
    results: budget && budget.take(results),
  };
}
