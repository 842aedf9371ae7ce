import type { AnswerFinished, AnswerUsage } from "../answer/answer-request.ts";
import type { Grounding, Removal } from "../answer/answer-types.ts";
import { answeredBy } from "../answer/answered-by.ts";
import { FILE_SEARCH } from "../answer/model-tools.ts";
import { readStoreModel } from "../model-names.ts";
import type { SettledFact } from "./answer-fact.ts";
import { renderRetrieval } from "./render-retrieval.ts";
import type {
  ResponseDegraded,
  ResponseGrounding,
  ResponseObject,
  ResponseRemoval,
  ResponseUsage,
} from "./response-object.ts";

/**
 * Returns the final response object, with the status that follows from the outcome of the answer: completed,
 * incomplete, failed or cancelled.
 */
export function settledResponse(
  response: ResponseObject,
  { at, outcome }: SettledFact,
): ResponseObject {
  switch (outcome.type) {
    case "finished":
      return finishedResponse(response, at, outcome);
    case "failed": {
      const { code, message, away } = outcome;
      const outage = away && {
        reason: away.reason,
        ...(away.retryAfter !== null && { retry_after: away.retryAfter }),
      };
      return { ...response, status: "failed", error: { code, message, ...outage } };
    }
    case "cancelled":
      return { ...response, status: "cancelled" };
  }
}

function finishedResponse(
  response: ResponseObject,
  at: number,
  { outcome, incompleteReason, usage, grounding, degraded, retrieval }: AnswerFinished,
): ResponseObject {
  const reason = incompleteReason === null ? {} : { reason: incompleteReason };
  // The name of a store is not that of the model which was replaced, so it stays.
  const isStore = readStoreModel(response.model) !== null;
  const rendered = grounding && renderGrounding(grounding);
  return {
    ...response,
    status: outcome,
    completed_at: outcome === "completed" ? at : null,
    incomplete_details: outcome === "incomplete" ? reason : null,
    model: isStore ? response.model : answeredBy(response.model, degraded),
    usage: renderUsage(usage),
    grounding: rendered,
    retrieval: retrieval ? renderRetrieval(retrieval, response.output, rendered) : null,
    degraded: degraded && renderDegraded(response.model, degraded),
  };
}

/** Converts the replacement of a model or of a search to the form that clients see, which names the substitute. */
const renderDegraded = (
  model: string,
  degraded: NonNullable<AnswerFinished["degraded"]>,
): ResponseDegraded => {
  const { from, by = WORD_SEARCH, reason } = degraded;
  return { from, by: from === FILE_SEARCH ? by : answeredBy(model, degraded), reason };
};

/** The search that takes the place of one by meaning and by words. */
const WORD_SEARCH = "word_search";

/** Converts an answer's grounding to the shape of the response property `grounding`. */
export function renderGrounding({
  removals,
  sentencesWithheld,
  ...grounding
}: Grounding): ResponseGrounding {
  return {
    status: grounding.status,
    confidence: grounding.confidence,
    citations_verified: grounding.citationsVerified,
    citations_removed: grounding.citationsRemoved,
    ...(removals && { removals: removals.map(renderRemoval) }),
    ...(sentencesWithheld !== undefined && { sentences_withheld: sentencesWithheld }),
  };
}

const renderRemoval = ({ reason, fileId, chunkId, sentence }: Removal): ResponseRemoval => ({
  reason,
  file_id: fileId,
  chunk_id: chunkId,
  sentence,
});

/** Converts an answer's token usage to the shape of the response property `usage`. */
export function renderUsage(usage: AnswerUsage): ResponseUsage {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedTokens, cache_write_tokens: 0 },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
    ...(usage.isEstimated && { estimated: true }),
  };
}
