import {
  ChatChunks,
  toChatCompletion,
  type ChatFrame,
  readChatFrame,
} from "../../conversation/chat-completion.ts";
import { findMessagePart } from "../../conversation/chat-message.ts";
import { ChatRequest, findMessage, toResponseBody } from "../../conversation/chat-request.ts";
import type { ResponseObject } from "../../conversation/response-object.ts";
import type { StreamEvent } from "../../conversation/stream-event.ts";
import { readConversationKey } from "../../ids.ts";
import type { Refusal } from "../../refusal.ts";
import type { RequestKey } from "../../request-key.ts";
import { err, ok } from "../../result.ts";
import type { AppContext } from "../app-env.ts";
import { problemType } from "../problem.ts";
import { markReplayed, replayable } from "../request/idempotency-key.ts";
import { Reply } from "../route/declaration.ts";
import { VECTOR_STORE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { CHAT_EXAMPLE, ChatCompletionBody } from "./chat-body.ts";
import { CHAT_OTHERS } from "./chat-others.ts";
import { EVENT_STREAM_HEADERS, streamTexts, readEvents, type SentEvent } from "./event-stream.ts";
import { asReplayed, outageOf } from "./outage.ts";
import type { ResponseDeps } from "./responses.ts";
import { makeResponse, startStream } from "./start-response.ts";
import { createEventSource } from "./watch-response.ts";

/** Ends a stream of chunks. */
const STREAM_END = "data: [DONE]\n\n";
const formatChunk = (chunk: object) => `data: ${JSON.stringify(chunk)}\n\n`;
const STREAM_EXAMPLE = `${formatChunk({
  id: CHAT_EXAMPLE.id,
  object: "chat.completion.chunk",
  created: CHAT_EXAMPLE.created,
  model: CHAT_EXAMPLE.model,
  choices: [
    { index: 0, delta: { content: "Employees have " }, logprobs: null, finish_reason: null },
  ],
})}${STREAM_END}`;
const route = routesWith<ResponseDeps>();

/**
 * The route of OpenAI's chat completions. It converts each request to the Responses API. Nothing of a chat completion
 * is stored after its answer has ended.
 */
export const chatCompletionRoutes = [
  route(
    {
      access: "project",
      tag: "Chat completions",
      method: "POST",
      path: "/v1/chat/completions",
      summary: "Create a chat completion",
      description: "Answers from documents where the extension `file_search` names vector stores.",
      body: ChatRequest,
      others: CHAT_OTHERS,
      idempotency: "by key",
      response: ChatCompletionBody,
      media: [
        {
          contentType: "text/event-stream",
          description: "With `stream`: chunks of the completion",
          example: STREAM_EXAMPLE,
        },
      ],
      refusals: [
        "not_found",
        "model_not_found",
        "model_cannot",
        "model_unavailable",
        "model_out_of_service",
        "invalid_function_parameters",
        "vector_store_expired",
        "workflow_not_found",
      ],
      example: {
        body: {
          model: "extractive-1",
          messages: [{ role: "user", content: "How many days of annual leave do I have?" }],
          file_search: { vector_store_ids: [VECTOR_STORE_PARAM.example] },
        },
        response: CHAT_EXAMPLE,
      },
    },
    ({ c, deps, body, key }) => createCompletion(c, deps, body, key),
  ),
];

async function createCompletion(
  c: AppContext,
  deps: ResponseDeps,
  body: ChatRequest,
  key: RequestKey | null,
) {
  const call = { scope: c.get("scope"), body: toResponseBody(body), key };
  if (body.stream) {
    const started = replayable(c, await startStream(deps, call));
    if (!started.ok) return err(translateParam(started.error, body));
    const { id, events } = started.value;
    const source = createEventSource(deps, id, { isKept: key !== null, include: [] });
    const chunks = new ChatChunks({ includeUsage: body.stream_options?.include_usage ?? false });
    const texts = chunkTexts(readEvents(source, events), chunks);
    return ok(c.body(streamTexts(texts), 200, EVENT_STREAM_HEADERS));
  }
  const made = await makeResponse(deps, call);
  if (!made.ok) return err(translateParam(made.error, body));
  const response = markReplayed(c, made.value);
  const { id, degraded } = response;
  if (key === null) {
    const delivered = deps.call(readConversationKey(id), (object) => object.delivered(id));
    c.executionCtx.waitUntil(delivered);
  }
  const failure = readFailure(response);
  if (failure) return err(asReplayed(failure, made.value));
  const headers = degraded ? { "x-edgewise-degraded": degraded.reason } : {};
  const completion = toChatCompletion(response);
  return ok(new Reply<ReturnType<typeof toChatCompletion>>(completion, headers));
}

async function* chunkTexts(
  events: AsyncGenerator<SentEvent, void, undefined>,
  chunks: ChatChunks,
): AsyncGenerator<string, void, undefined> {
  let frame: ChatFrame = { id: "", created: 0, model: "" };
  for await (const { data } of events) {
    // The conversation's object wrote this JSON.
    const event: StreamEvent = JSON.parse(data);
    if (event.type === "response.created") frame = readChatFrame(event.response);
    const newChunks = chunks.next(event, frame);
    const failure = chunks.isBroken
      ? INTERRUPTED
      : event.type === "response.failed"
        ? readFailure(event.response)
        : null;
    if (failure) {
      const { code, message, outage } = failure;
      const reason = outage && { reason: outage.reason };
      const error = { message, type: problemType(code), param: null, code, ...reason };
      yield formatChunk({ error });
      return;
    }
    if (newChunks.length > 0) {
      yield newChunks.map(formatChunk).join("");
    }
  }
  yield STREAM_END;
}

const INTERRUPTED: Refusal = {
  code: "service_unavailable",
  message: "The answer was interrupted and had to be restarted. Send the request again.",
};

function readFailure(response: ResponseObject): Refusal | null {
  const { status, error } = response;
  if (status !== "failed" && status !== "cancelled") return null;
  return (
    outageOf(response) ?? {
      code: "service_unavailable",
      message: error?.message ?? "The answer was cancelled.",
    }
  );
}

/**
 * Names the parameter as chat requests do: `tools[1].vector_store_ids` is `file_search.vector_store_ids` there,
 * `tools[0].parameters` is `tools[0].function.parameters`, and an item of `input` belongs to one of the messages.
 */
function translateParam(refusal: Refusal, chat: ChatRequest): Refusal {
  const param = refusal.param ?? "";
  const part = findMessagePart(chat.messages, param);
  if (part !== null) return { ...refusal, param: part };
  const [, tool] = /^(tools\[\d+\])\.parameters$/.exec(param) ?? [];
  if (tool !== undefined) return { ...refusal, param: `${tool}.function.parameters` };
  if (param.endsWith(".vector_store_ids"))
    return { ...refusal, param: "file_search.vector_store_ids" };
  const [, item] = /^input\[(\d+)\]/.exec(param) ?? [];
  const named =
    item === undefined ? CHAT_NAMES[param] : `messages[${findMessage(chat, Number(item))}]`;
  if (named === undefined) return refusal;
  return { ...refusal, param: named, message: refusal.message.replace(`'${param}'`, `'${named}'`) };
}

const CHAT_NAMES: Readonly<Record<string, string>> = { input: "messages", text: "response_format" };
