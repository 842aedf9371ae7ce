import type { Annotation, FunctionCall, OutputItem } from "./item.ts";
import type { ResponseObject } from "./response-object.ts";
import type { StreamEvent } from "./stream-event.ts";

/** Converts a response of the Responses API to the body of `POST /v1/chat/completions`. */
export function toChatCompletion(response: ResponseObject) {
  const { text, refusal, reasoning, annotations } = readContent(response);
  const calls = toolCallsOf(response);
  return {
    ...readChatFrame(response),
    object: "chat.completion" as const,
    choices: [
      {
        index: 0 as const,
        message: {
          role: "assistant" as const,
          content: text === "" && (calls.length > 0 || refusal !== null) ? null : text,
          refusal,
          ...(reasoning !== "" && { reasoning_content: reasoning }),
          ...(calls.length > 0 && { tool_calls: calls }),
          ...annotationsMember(annotations),
        },
        logprobs: null,
        finish_reason: readFinishReason(response),
      },
    ],
    usage: convertUsage(response),
    ...extensionsOf(response),
  };
}

type Delta = Readonly<Record<string, unknown>>;

/** Converts the stream events of one response, in order, to the chunks of a streamed chat completion. */
export class ChatChunks {
  readonly #includeUsage: boolean;
  /** The indexes of the tool calls in the chat completion, by the ids of their items. */
  readonly #calls = new Map<string, number>();
  #isCut = false;
  #isBroken = false;

  constructor({ includeUsage }: { readonly includeUsage: boolean }) {
    this.#includeUsage = includeUsage;
  }

  /** Returns the chunks to send for a stream event; an empty list for most. */
  next(event: StreamEvent, frame: ChatFrame): object[] {
    switch (event.type) {
      case "response.created":
        return [this.#chunk(frame, { role: "assistant", content: "", refusal: null })];
      case "response.output_text.delta":
        return [this.#chunk(frame, { content: event.delta })];
      case "response.refusal.delta":
        return [this.#chunk(frame, { refusal: event.delta })];
      case "response.reasoning_text.delta":
        return [this.#chunk(frame, { reasoning_content: event.delta })];
      case "response.output_item.added":
        this.#isBroken ||= this.#isCut && isShown(event.item);
        return event.item.type === "function_call" ? [this.#call(frame, event.item)] : [];
      case "response.output_item.done":
        this.#isCut ||= event.item.status === "incomplete" && isShown(event.item);
        return [];
      case "response.function_call_arguments.delta":
        return [this.#arguments(frame, event.item_id, event.delta)];
      case "response.completed":
      case "response.incomplete":
        return this.#end(frame, event.response);
      case "response.queued":
      case "response.in_progress":
      case "response.failed":
      case "response.file_search_call.in_progress":
      case "response.file_search_call.searching":
      case "response.file_search_call.completed":
      case "response.content_part.added":
      case "response.content_part.done":
      case "response.output_text.annotation.added":
      case "response.output_text.done":
      case "response.refusal.done":
      case "response.reasoning_text.done":
      case "response.function_call_arguments.done":
        return [];
    }
  }

  /**
   * True if the answer was restarted after a part of it was sent. Chat completion chunks cannot withdraw text, so the
   * stream must then end with an error.
   */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  #call(frame: ChatFrame, { id: itemId, call_id: id, name }: FunctionCall): object {
    const index = this.#calls.size;
    this.#calls.set(itemId, index);
    const call = { index, id, type: "function", function: { name, arguments: "" } };
    return this.#chunk(frame, { tool_calls: [call] });
  }

  #arguments(frame: ChatFrame, itemId: string, delta: string): object {
    const call = { index: this.#calls.get(itemId) ?? 0, function: { arguments: delta } };
    return this.#chunk(frame, { tool_calls: [call] });
  }

  #end(frame: ChatFrame, response: ResponseObject): object[] {
    const delta = annotationsMember(readContent(response).annotations);
    const last = {
      ...this.#chunk(frame, delta, readFinishReason(response)),
      model: response.model,
      ...extensionsOf(response),
    };
    if (!this.#includeUsage) return [last];
    const usage = { ...this.#frame(frame), choices: [], usage: convertUsage(response) };
    return [last, usage];
  }

  #chunk(frame: ChatFrame, delta: Delta, finishReason: string | null = null): object {
    return {
      ...this.#frame(frame),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...(this.#includeUsage && { usage: null }),
    };
  }

  #frame(frame: ChatFrame) {
    return { ...frame, object: "chat.completion.chunk" };
  }
}

/** A message or a call: what a client has of an attempt that is restarted. */
const isShown = ({ type }: OutputItem) => type === "message" || type === "function_call";

/** The fields that all chunks of one streamed chat completion repeat. `created` is in seconds since the epoch. */
export type ChatFrame = { readonly id: string; readonly created: number; readonly model: string };

/** Returns the fields that all chunks of the chat completion made from a response repeat. */
export const readChatFrame = ({ id, created_at, model }: ResponseObject): ChatFrame => ({
  id: `chatcmpl-${id.slice(-24)}`,
  created: created_at,
  model,
});

/** Reads the content of the last attempt. An interrupted attempt before it was restarted. */
function readContent({ output }: ResponseObject) {
  const lastShown = output.findLastIndex(isShown);
  const lastCut = output.findLastIndex(
    (item, index) => isShown(item) && item.status === "incomplete" && index < lastShown,
  );
  const said = output.slice(lastCut + 1);
  const messages = said.filter((item) => item.type === "message");
  const parts = messages.flatMap((message) => message.content);
  const refusals = parts.filter((part) => part.type === "refusal");
  const annotations: Annotation[] = [];
  let text = "";
  for (const part of parts) {
    if (part.type !== "output_text") continue;
    annotations.push(...part.annotations.map((one) => moveAnnotation(one, text.length)));
    text += part.text;
  }
  const thoughts = said.flatMap((item) =>
    item.type === "reasoning" ? (item.content ?? []).map((part) => part.text) : [],
  );
  return {
    text,
    refusal: refusals.length > 0 ? refusals.map((part) => part.refusal).join("") : null,
    reasoning: thoughts.join("\n"),
    annotations,
  };
}

/** Moves the span of an annotation by the length of the text before its part. */
function moveAnnotation(annotation: Annotation, by: number): Annotation {
  const { start_index: start, end_index: end } = annotation;
  if (start === undefined || end === undefined) return annotation;
  return { ...annotation, start_index: start + by, end_index: end + by };
}

const toolCallsOf = ({ output }: ResponseObject) =>
  output
    .filter((item) => item.type === "function_call")
    .filter(({ status }) => status === "completed")
    .map(({ call_id, name, arguments: text }) => ({
      id: call_id,
      type: "function" as const,
      function: { name, arguments: text },
    }));

/** OpenAI's messages have citations of web pages only, so citations of files are shown on request. */
function annotationsMember(annotations: readonly Annotation[]) {
  const own = annotations.filter((annotation) => annotation.quote !== undefined);
  if (own.length === 0) return {};
  const shown = own.map(({ type, ...citation }) => ({ type, file_citation: citation }));
  return { annotations: shown };
}

const extensionsOf = ({ grounding, degraded }: ResponseObject) => ({
  ...(grounding && { grounding }),
  ...(degraded && { degraded }),
});

function readFinishReason(
  response: ResponseObject,
): "length" | "content_filter" | "tool_calls" | "stop" {
  if (response.incomplete_details?.reason === "max_output_tokens") return "length";
  if (response.incomplete_details?.reason === "content_filter") return "content_filter";
  return response.output.some((item) => item.type === "function_call") ? "tool_calls" : "stop";
}

function convertUsage({ usage }: ResponseObject) {
  return {
    ...(usage?.estimated && { estimated: usage.estimated }),
    prompt_tokens: usage?.input_tokens ?? 0,
    completion_tokens: usage?.output_tokens ?? 0,
    total_tokens: usage?.total_tokens ?? 0,
    prompt_tokens_details: { cached_tokens: usage?.input_tokens_details.cached_tokens ?? 0 },
    completion_tokens_details: {
      reasoning_tokens: usage?.output_tokens_details.reasoning_tokens ?? 0,
    },
  };
}
