import type { VectorStoreId } from "../ids.ts";
import type { Filter } from "../knowledge/attributes.ts";
import type { OutputPolicy } from "../knowledge/project-settings.ts";
import type { SearchHit, SearchWeights } from "../retrieval/search-types.ts";
import type { Findings } from "../retrieval/search.ts";
import type { Citation, Grounding } from "./answer-types.ts";

/** The input of an answer. It is plain JSON, so that a durable step can store it. */
export type AnswerRequest = {
  readonly model: string;
  readonly instructions: string | null;
  /** The history, oldest first, then this turn's input. */
  readonly items: readonly AnswerItem[];
  readonly fileSearch: FileSearch | null;
  readonly functions: readonly AnswerFunction[];
  readonly toolChoice: AnswerToolChoice;
  readonly parallelToolCalls: boolean;
  /** Maximum number of file searches; without one, the rounds of the answer are the only bound. */
  readonly maxToolCalls?: number;
  readonly textFormat: AnswerFormat;
  readonly maxOutputTokens: number | null;
  readonly temperature: number | null;
  readonly topP: number | null;
  /** Texts that the answer ends before. */
  readonly stop?: readonly string[];
  /** `sentence` sends each sentence once its citations are checked; `verified` sends the whole answer at the end. */
  readonly release: "sentence" | "verified";
  /** The links and images that the answer may contain. */
  readonly outputPolicy: OutputPolicy;
};

/** A message, function call or function output of the conversation. */
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

/** The stores that an answer may search, and how. */
export type FileSearch = {
  readonly storeIds: readonly VectorStoreId[];
  readonly filter: Filter | null;
  readonly maxResults: number;
  readonly scoreThreshold: number;
  /** Null means the default of the stores' embedding model. */
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

/** The required form of the answer's text. */
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

/** A search made before the model is called. `degraded` is set when the search used words alone. */
type KeptSearch = EvidenceSearch & Pick<Findings, "degraded">;

/** The searches made before the model is called. Empty when the model itself decides whether to search. */
export type Evidence = { readonly searches: readonly KeptSearch[] };

/**
 * The events of an answer, in order. The last one is `finished` or `failed`, exactly once. Text that was sent is never
 * withdrawn, and the outputs of two attempts are never mixed.
 */
export type AnswerEvent =
  | { readonly type: "search_started"; readonly queries: readonly string[] }
  | ({ readonly type: "search_completed" } & EvidenceSearch)
  /** One released sentence with its trailing space, without the markers of its citations. */
  | { readonly type: "text"; readonly text: string; readonly citations: readonly Citation[] }
  /** The model declined. Clients show this text in place of an answer. */
  | { readonly type: "refusal"; readonly text: string }
  | {
      readonly type: "function_call";
      readonly callId: string;
      readonly name: string;
      readonly arguments: string;
    }
  | AnswerFinished
  /** The answer cannot be produced; `message` is written for the client. */
  | { readonly type: "failed"; readonly code: AnswerFailureCode; readonly message: string };

/** The last event of an answer that was produced. */
export type AnswerFinished = {
  readonly type: "finished";
  readonly outcome: "completed" | "incomplete";
  readonly incompleteReason: "max_output_tokens" | "content_filter" | null;
  readonly usage: AnswerUsage;
  /** Null when nothing was searched, so that there is nothing to ground the answer on. */
  readonly grounding: Grounding | null;
  /**
   * Set when the request's model was unavailable and the built-in one answered, or when a file search used words alone.
   * `answeredBy` distinguishes the two.
   */
  readonly degraded: { readonly from: string; readonly reason: string } | null;
};

/** Error codes of OpenAI's `response.error`. */
export type AnswerFailureCode = "server_error" | "rate_limit_exceeded" | "invalid_prompt";

/** Tokens used by all model calls of an answer. */
export type AnswerUsage = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
};
