import type { VectorStoreId } from "../ids.ts";
import type { Filter } from "../knowledge/attributes.ts";
import type { SearchHit, SearchWeights } from "../retrieval/search-types.ts";
import type { Findings } from "../retrieval/search.ts";
import type { Citation, Grounding } from "./answer-types.ts";

/** What an answer is produced from. It is plain JSON, so that a durable step can keep it. */
export type AnswerRequest = {
  readonly model: string;
  readonly instructions: string | null;
  /** The history, oldest first, then this turn's input. */
  readonly items: readonly AnswerItem[];
  readonly fileSearch: FileSearch | null;
  readonly functions: readonly FunctionTool[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls: boolean;
  readonly textFormat: TextFormat;
  readonly maxOutputTokens: number | null;
  readonly temperature: number | null;
  readonly topP: number | null;
  /** `sentence` sends a sentence once its citations are checked, `verified` the whole answer at once. */
  readonly release: "sentence" | "verified";
};

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

export type FileSearch = {
  readonly storeIds: readonly VectorStoreId[];
  readonly filter: Filter | null;
  readonly maxResults: number;
  readonly scoreThreshold: number;
  /** Null stands for the default of the stores' embedding model. */
  readonly weights: SearchWeights | null;
};

export type FunctionTool = {
  readonly name: string;
  readonly description: string | null;
  /** A JSON Schema object, or null for a function without parameters. */
  readonly parameters: Readonly<Record<string, unknown>> | null;
  readonly strict: boolean;
};

export type ToolChoice =
  | "auto"
  | "none"
  | "required"
  | { readonly type: "file_search" }
  | { readonly type: "function"; readonly name: string };

export type TextFormat =
  | { readonly type: "text" }
  | { readonly type: "json_object" }
  | {
      readonly type: "json_schema";
      readonly name: string;
      readonly schema: Readonly<Record<string, unknown>>;
      readonly strict: boolean;
    };

/** A search that was made for an answer, as data that a durable step can keep. */
export type EvidenceSearch = {
  readonly queries: readonly string[];
  readonly hits: readonly SearchHit[];
};

/** A search that was made before the model is asked; `degraded` when it was by words alone. */
export type KeptSearch = EvidenceSearch & Pick<Findings, "degraded">;

/** What was found before a model was asked; empty when the model itself decides whether to search. */
export type Evidence = { readonly searches: readonly KeptSearch[] };

/**
 * What happens while an answer is produced, in order. `finished` or `failed` is the last one, exactly
 * once. Text that was sent is never taken back, and two generations are never spliced.
 */
export type AnswerEvent =
  | { readonly type: "search_started"; readonly queries: readonly string[] }
  | ({ readonly type: "search_completed" } & EvidenceSearch)
  /** One released sentence with its trailing space; the brackets of its citations are removed. */
  | { readonly type: "text"; readonly text: string; readonly citations: readonly Citation[] }
  /** The model declined; it is content of its own kind and not an answer. */
  | { readonly type: "refusal"; readonly text: string }
  | {
      readonly type: "function_call";
      readonly callId: string;
      readonly name: string;
      readonly arguments: string;
    }
  | AnswerFinished
  /** The answer cannot be produced; `message` is meant for the client. */
  | { readonly type: "failed"; readonly code: AnswerFailureCode; readonly message: string };

export type AnswerFinished = {
  readonly type: "finished";
  readonly outcome: "completed" | "incomplete";
  readonly incompleteReason: "max_output_tokens" | "content_filter" | null;
  readonly usage: AnswerUsage;
  /** Null when nothing was searched and so nothing could be grounded. */
  readonly grounding: Grounding | null;
  /**
   * Set when the request's model was out of reach and the built-in one answered in its place, or when a file search was by
   * words alone. `answeredBy` tells them apart.
   */
  readonly degraded: { readonly from: string; readonly reason: string } | null;
};

/** Codes of OpenAI's `response.error`. */
export type AnswerFailureCode = "server_error" | "rate_limit_exceeded" | "invalid_prompt";

export type AnswerUsage = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
};
