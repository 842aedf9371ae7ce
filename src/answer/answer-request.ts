import type { VectorStoreId } from "../ids.ts";
import type { Filter } from "../knowledge/attributes.ts";
import type { EvidencePolicy, OutputPolicy } from "../knowledge/project-settings.ts";
import type { UnavailableReason } from "../model-unavailable.ts";
import type { SearchHit, SearchWeights } from "../retrieval/search-types.ts";
import type { Findings } from "../retrieval/search.ts";
import type { Citation, Grounding } from "./answer-types.ts";
import type { FoundPassage, RetrievalTrace } from "./retrieval-trace.ts";

/**
 * A request for an answer, in the one form that the answering code reads, whether it came by the Responses API or as a
 * chat completion. It is plain JSON, so that the input of a durable step can hold it.
 */
export type AnswerRequest = {
  readonly model: string;
  readonly instructions: string | null;
  /** The conversation so far, oldest first, then the input of this request. */
  readonly items: readonly AnswerItem[];
  readonly fileSearch: FileSearch | null;
  readonly functions: readonly AnswerFunction[];
  readonly toolChoice: AnswerToolChoice;
  readonly parallelToolCalls: boolean;
  /** Maximum number of file searches for the answer. If absent, they are limited only by the number of model calls. */
  readonly maxToolCalls?: number;
  readonly textFormat: AnswerFormat;
  readonly maxOutputTokens: number | null;
  readonly temperature: number | null;
  readonly topP: number | null;
  /** Stop sequences: the answer ends before the first of them. */
  readonly stop?: readonly string[];
  /**
   * When text is sent: with `sentence` each sentence once its citations are checked, with `verified` the whole answer
   * at its end.
   */
  readonly release: "sentence" | "verified";
  /** The links and images that the answer may contain. */
  readonly outputPolicy: OutputPolicy;
  /** The project's rules for the search before the answer, and for sentences that no passage supports. */
  readonly evidencePolicy: EvidencePolicy;
};

/** An entry of the conversation that a model answers: a message, a function call or a function's output. */
export type AnswerItem =
  | {
      readonly type: "message";
      readonly role: "system" | "developer" | "user" | "assistant";
      readonly text: string;
    }
  | {
      readonly type: "function_call";
      readonly callId: string;
      readonly name: string;
      readonly arguments: string;
    }
  | { readonly type: "function_call_output"; readonly callId: string; readonly output: string };

/** The vector stores that an answer may search, and the settings of the search. */
export type FileSearch = {
  readonly storeIds: readonly VectorStoreId[];
  readonly filter: Filter | null;
  readonly maxResults: number;
  readonly scoreThreshold: number;
  /**
   * The weights of keyword and vector search in a passage's score; null for the defaults of the stores' embedding
   * model.
   */
  readonly weights: SearchWeights | null;
};

/** A function that the client declares and that the model may call. */
export type AnswerFunction = {
  readonly name: string;
  readonly description: string | null;
  /** A JSON Schema object, or null for a function without parameters. */
  readonly parameters: Readonly<Record<string, unknown>> | null;
  readonly strict: boolean;
};

/** The client's choice of tools: free, forbidden, required, or one tool by name. */
type AnswerToolChoice =
  | "auto"
  | "none"
  | "required"
  | { readonly type: "file_search" }
  | { readonly type: "function"; readonly name: string };

/** The format that the text of an answer must have: free text, any JSON object, or JSON that matches a schema. */
export type AnswerFormat =
  | { readonly type: "text" }
  | { readonly type: "json_object" }
  | {
      readonly type: "json_schema";
      readonly name: string;
      readonly schema: Readonly<Record<string, unknown>>;
      readonly strict: boolean;
    };

/** A completed search of an answer, as data that a durable step can store. */
type EvidenceSearch = {
  readonly queries: readonly string[];
  readonly hits: readonly SearchHit[];
};

/**
 * A search that was made before the model is called. `degraded` is set if the search used keywords only, without
 * embeddings; `partial` if chunks are missing. `cut` lists the chunks beyond the limits of the search; absent in
 * searches that an earlier build has stored.
 */
type KeptSearch = EvidenceSearch &
  Pick<Findings, "degraded" | "partial"> & { readonly cut?: readonly FoundPassage[] };

/**
 * The searches that were made before the first model call of an answer, with their results. Empty for small
 * talk, and when the model itself decides whether to search.
 */
export type Evidence = { readonly searches: readonly KeptSearch[] };

/**
 * An event that `generate` yields while it produces an answer. The last event is `finished` or `failed`, exactly once.
 * Text that was sent is never withdrawn, and the texts of two attempts at the answer are never mixed.
 */
export type AnswerEvent =
  | { readonly type: "search_started"; readonly queries: readonly string[] }
  | ({ readonly type: "search_completed" } & EvidenceSearch)
  /** One released sentence with the space before it, without the markers of its citations. */
  | { readonly type: "text"; readonly text: string; readonly citations: readonly Citation[] }
  /** A piece of the model's reasoning, which is no part of the answer. Pieces in a row belong together. */
  | { readonly type: "reasoning"; readonly text: string }
  /** The reasoning before this event is not complete: it was too long, or its attempt failed and another one begins. */
  | { readonly type: "reasoning_cut" }
  /** The model declined. Clients show this text in place of an answer. */
  | { readonly type: "refusal"; readonly text: string }
  | CallPiece
  /** A whole call, whose arguments were checked before it was sent. `pieces` are the lengths of its deltas. */
  | {
      readonly type: "function_call";
      readonly callId: string;
      readonly name: string;
      readonly arguments: string;
      readonly pieces?: readonly number[];
    }
  | AnswerFinished
  | AnswerFailed;

/**
 * A piece of a model's function call, as it is streamed: the start of the call, a delta of its arguments, or its end.
 */
export type CallPiece =
  | { readonly type: "function_call_started"; readonly callId: string; readonly name: string }
  | { readonly type: "function_call_delta"; readonly callId: string; readonly delta: string }
  | { readonly type: "function_call_ended"; readonly callId: string };

/** The last event of an answer that cannot be produced. `message` is written for the client. */
export type AnswerFailed = {
  readonly type: "failed";
  readonly code: AnswerFailureCode;
  readonly message: string;
  /** The outage because of which the answer failed; absent if it failed for another reason. */
  readonly away?: Outage;
};

/**
 * The outage of a model: the reason, and the number of seconds after which its provider asks for a retry, if it said
 * so.
 */
type Outage = { readonly reason: UnavailableReason; readonly retryAfter: number | null };

/** The last event of an answer that was produced, whether it is complete or was cut short. */
export type AnswerFinished = {
  readonly type: "finished";
  readonly outcome: "completed" | "incomplete";
  readonly incompleteReason: "max_output_tokens" | "content_filter" | null;
  readonly usage: AnswerUsage;
  /** The degree to which sources support the answer; null if nothing was searched and the answer does not abstain. */
  readonly grounding: Grounding | null;
  /**
   * Set if a part of the service failed and a less capable one replaced it; otherwise null. Either the model `by`
   * answered in place of the model `from`; or `from` is `file_search`, and a search used keywords only, without
   * embeddings (`by` is absent), or lacks the chunks of a search shard (`by` is `partial_search`).
   */
  readonly degraded: {
    readonly from: string;
    readonly by?: string;
    readonly reason: string;
  } | null;
  /** The searches of the answer; absent if nothing was searched, and in answers that an earlier build has stored. */
  readonly retrieval?: RetrievalTrace;
};

/** The code of a failed answer; a subset of the codes of OpenAI's `response.error`. */
export type AnswerFailureCode = "server_error" | "rate_limit_exceeded" | "invalid_prompt";

/** The numbers of tokens that an answer used, each the sum over its model calls. */
export type AnswerUsage = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
  /** Set if a model call did not report its tokens, so that some of the numbers are estimated. */
  readonly isEstimated?: true;
};
