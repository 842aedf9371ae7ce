import type { Attributes } from "../knowledge/attributes.ts";

/** What a conversation and a response are made of, in the shapes that clients see. */
export type Item = InputItem | OutputItem;

export type InputItem = InputMessage | FunctionCallOutput;

export type OutputItem = OutputMessage | FileSearchCall | FunctionCall;

export type ItemStatus = "in_progress" | "completed" | "incomplete";

export type InputMessage = {
  readonly id: string;
  readonly type: "message";
  readonly status: ItemStatus;
  readonly role: "user" | "system" | "developer";
  readonly content: readonly { readonly type: "input_text"; readonly text: string }[];
};

export type OutputMessage = {
  readonly id: string;
  readonly type: "message";
  readonly status: ItemStatus;
  readonly role: "assistant";
  readonly content: readonly MessagePart[];
};

export type MessagePart = OutputText | Refusal;

export type OutputText = {
  readonly type: "output_text";
  readonly text: string;
  readonly annotations: readonly Annotation[];
  readonly logprobs: readonly never[];
};

export type Refusal = { readonly type: "refusal"; readonly refusal: string };

/** OpenAI's `file_citation`; the members of `CitationSpan` are ours and shown on request. */
export type Annotation = {
  readonly type: "file_citation";
  readonly file_id: string;
  readonly filename: string;
  /** Index of the file in the list of files that the text cites. */
  readonly index: number;
} & Partial<CitationSpan>;

export type CitationSpan = {
  /** Span of the sentence in the text of its content part, in UTF-16 code units. */
  readonly start_index: number;
  readonly end_index: number;
  /** What the file says, at `source_start … source_end` of its extracted text. */
  readonly quote: string;
  readonly chunk_id: string;
  readonly source_start: number;
  readonly source_end: number;
};

export type FileSearchCall = {
  readonly id: string;
  readonly type: "file_search_call";
  readonly status: "in_progress" | "searching" | "completed" | "incomplete" | "failed";
  readonly queries: readonly string[];
  readonly results: readonly FileSearchResult[] | null;
};

export type FileSearchResult = {
  readonly file_id: string;
  readonly filename: string;
  readonly score: number;
  readonly attributes: Attributes;
  readonly text: string;
};

export type FunctionCall = {
  readonly id: string;
  readonly type: "function_call";
  readonly status: ItemStatus;
  readonly call_id: string;
  readonly name: string;
  readonly arguments: string;
};

export type FunctionCallOutput = {
  readonly id: string;
  readonly type: "function_call_output";
  readonly status: ItemStatus;
  readonly call_id: string;
  readonly output: string;
};
