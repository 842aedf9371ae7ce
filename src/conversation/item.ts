import type { ResponseId } from "../ids.ts";
import type { Attributes } from "../knowledge/attributes.ts";
import type { PassagePlace } from "../knowledge/chunk-places.ts";

/**
 * An item of a conversation or a response, in the shape of OpenAI's API: a message, reasoning, a search, or a function
 * call or its output.
 */
export type Item = InputItem | OutputItem;

/**
 * An item of a conversation, in a list or alone. `response_id` and `origin_response_id` are extensions by Edgewise, shown
 * on request: the response that the item is the input or the output of, null for an item that a client added; and of a
 * copy, the response of its original, which may have been deleted since.
 */
export type ListedItem = Item & {
  readonly response_id?: ResponseId | null;
  readonly origin_response_id?: ResponseId | null;
};

/**
 * A stored item with the responses that it leads to: the one that it is the input or the output of and, of a copy, the
 * one of its original. Either is null if there is none.
 */
export type OwnedItem = {
  readonly item: Item;
  readonly responseId: ResponseId | null;
  readonly originId: ResponseId | null;
};

/**
 * An item to which a request refers. `originId` is the response that its copy leads to: that of the item or, if the item
 * is itself a copy that a client added, that of the first original. Null for one that never had a response.
 */
export type ReferredItem = Pick<OwnedItem, "item" | "originId">;

/** An item that a client sends. */
type InputItem = InputMessage | FunctionCallOutput;

/** An item in the output of a response, produced by its answer. */
export type OutputItem = OutputMessage | ReasoningItem | FileSearchCall | FunctionCall;

/** The status of an output item. */
export type ItemStatus = "in_progress" | "completed" | "incomplete";

/** A message that a client sends. */
type InputMessage = {
  readonly id: string;
  readonly type: "message";
  readonly status: ItemStatus;
  readonly role: "user" | "system" | "developer";
  readonly content: readonly { readonly type: "input_text"; readonly text: string }[];
};

/** A message that the model wrote. */
export type OutputMessage = {
  readonly id: string;
  readonly type: "message";
  readonly status: ItemStatus;
  readonly role: "assistant";
  readonly content: readonly MessagePart[];
  /**
   * The role of this message in the answer; absent until the message is complete. Clients send it back with the
   * message, since some models read it.
   */
  readonly phase?: MessagePhase;
};

/**
 * The role of a message in an answer: `commentary` is followed by a search or a function call, or follows a function call
 * that the client has yet to answer; `final_answer` is the last message of an answer without such a call.
 */
export type MessagePhase = "commentary" | "final_answer";

/** One content part of an output message: text, or the text with which the model declined. */
export type MessagePart = OutputText | RefusalPart;

/** Text of an output message, with its citations. */
type OutputText = {
  readonly type: "output_text";
  readonly text: string;
  readonly annotations: readonly Annotation[];
  readonly logprobs: readonly never[];
};

/** The words by which the model declined to answer. */
type RefusalPart = { readonly type: "refusal"; readonly refusal: string };

/**
 * An output item: the reasoning that a model wrote before a part of its answer. It is shown to the client, and never
 * sent to a model again.
 */
export type ReasoningItem = {
  readonly id: string;
  readonly type: "reasoning";
  readonly status: ItemStatus;
  /**
   * The summary of the reasoning: empty unless a client sent the item with one, since this service makes no summaries.
   */
  readonly summary: readonly { readonly type: "summary_text"; readonly text: string }[];
  readonly content?: readonly ReasoningText[];
};

/** A text in the content of a reasoning item. */
export type ReasoningText = { readonly type: "reasoning_text"; readonly text: string };

/**
 * A citation in a message: OpenAI's `file_citation`. The fields of `CitationSpan` are extensions by Edgewise, shown on
 * request.
 */
export type Annotation = {
  readonly type: "file_citation";
  readonly file_id: string;
  readonly filename: string;
  /** Index of the cited file in the list of all files that the message cites. */
  readonly index: number;
} & Partial<CitationSpan>;

/** The location of a citation in the answer and in the source. */
type CitationSpan = {
  /** Span of the sentence in its content part, in UTF-16 code units. */
  readonly start_index: number;
  readonly end_index: number;
  /** The quoted text of the file, at `source_start … source_end` of its extracted text. */
  readonly quote: string;
  readonly chunk_id: string;
  readonly source_start: number;
  readonly source_end: number;
  /** The headings above the passage, outermost first. */
  readonly heading_path: readonly string[];
  /** The page on which the quote begins, and the first table and row that it touches; older citations have no table. */
  readonly page: string | null;
  readonly table?: string | null;
  readonly row?: number | null;
};

/** An output item: a search of vector stores that was made for the answer. */
export type FileSearchCall = {
  readonly id: string;
  readonly type: "file_search_call";
  readonly status: "in_progress" | "searching" | "completed" | "incomplete" | "failed";
  readonly queries: readonly string[];
  readonly results: readonly FileSearchResult[] | null;
};

/** One result of a file search: a chunk of a file. `score` is 0 to 1. */
export type FileSearchResult = {
  readonly file_id: string;
  readonly filename: string;
  readonly score: number;
  readonly attributes: Attributes;
  readonly text: string;
  /**
   * The headings above the chunk, its first page, table and row, extensions by Edgewise that are shown on request. Results
   * that an earlier build stored lack them.
   */
  readonly heading_path?: readonly string[];
} & Partial<PassagePlace>;

/** An output item: the model's call of a function that the client declared. The client runs it. */
export type FunctionCall = {
  readonly id: string;
  readonly type: "function_call";
  readonly status: ItemStatus;
  readonly call_id: string;
  readonly name: string;
  readonly arguments: string;
};

/** An input item: the result of a function call, which the client sends back. */
export type FunctionCallOutput = {
  readonly id: string;
  readonly type: "function_call_output";
  readonly status: ItemStatus;
  readonly call_id: string;
  readonly output: string;
};
