import { Hono } from "hono";

import { admitResponse } from "../../conversation/admit-response.ts";
import {
  ChatChunks,
  chatCompletionOf,
  type ChatFrame,
  frameOf,
} from "../../conversation/chat-completion.ts";
import { ChatRequest, responseBodyOf } from "../../conversation/chat-request.ts";
import type { ResponseObject } from "../../conversation/response-object.ts";
import type { StreamEvent } from "../../conversation/stream-event.ts";
import type { Refusal } from "../../refusal.ts";
import type { AppEnv } from "../app-env.ts";
import { problem, problemType } from "../problem.ts";
import type { RequestShapes } from "../request/request-shape.ts";
import { readJson } from "../request/request.ts";
import { CHAT_OTHERS } from "./chat-others.ts";
import { EVENT_STREAM_HEADERS, eventStreamOf, readEvents, type SentEvent } from "./event-stream.ts";
import { type DepsFor, eventSourceOf, type ResponseDeps } from "./responses.ts";

export const CHAT_REQUESTS: RequestShapes = {
  "POST /v1/chat/completions": { body: ChatRequest, others: CHAT_OTHERS },
};

/** Chat completions: the same engine in older words. Nothing is kept beyond the run. */
export const chatCompletionRoutes = (depsFor: DepsFor<ResponseDeps>) =>
  new Hono<AppEnv>().post("/", async (c) => {
    const body = await readJson(c, ChatRequest, CHAT_OTHERS);
    if (!body.ok) return problem(c, body.error);
    const scope = c.get("scope");
    const deps = depsFor(c.env, scope);
    const admitted = await admitResponse(deps, responseBodyOf(body.value));
    if (!admitted.ok) return problem(c, inWordsOfChat(admitted.error));
    const { conversationKey: key, ...response } = admitted.value;
    const command = { ...response, scope };
    if (body.value.stream) {
      const first = await deps.call(key, (object) => object.answerStream(command));
      if (!first.ok) return problem(c, first.error);
      const source = eventSourceOf(deps, command.id, { store: false, include: [] });
      const includeUsage = body.value.stream_options?.include_usage ?? false;
      const chunks = chunkTexts(readEvents(source, first.value), includeUsage);
      return c.body(eventStreamOf(chunks), 200, EVENT_STREAM_HEADERS);
    }
    const made = await deps.call(key, (object) => object.answer(command));
    c.executionCtx.waitUntil(deps.call(key, (object) => object.delivered(command.id)));
    if (!made.ok) return problem(c, made.error);
    const failure = failureOf(made.value);
    if (failure) return problem(c, failure);
    if (made.value.degraded) c.header("x-edgewise-degraded", made.value.degraded.reason);
    return c.json(chatCompletionOf(made.value));
  });

async function* chunkTexts(
  events: AsyncGenerator<SentEvent, void, undefined>,
  includeUsage: boolean,
): AsyncGenerator<string, void, undefined> {
  const chunks = new ChatChunks(includeUsage);
  let frame: ChatFrame = { id: "", created: 0, model: "" };
  for await (const { data } of events) {
    // It was written by our own object.
    const event: StreamEvent = JSON.parse(data);
    if (event.type === "response.created") frame = frameOf(event.response);
    const told = chunks.next(event, frame);
    const failure = chunks.isBroken
      ? INTERRUPTED
      : event.type === "response.failed"
        ? failureOf(event.response)
        : null;
    if (failure) {
      const { code, message } = failure;
      const error = { message, type: problemType(code), param: null, code };
      yield `data: ${JSON.stringify({ error })}\n\n`;
      return;
    }
    if (told.length > 0) {
      yield told.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("");
    }
  }
  yield "data: [DONE]\n\n";
}

const INTERRUPTED: Refusal = {
  code: "service_unavailable",
  message: "The answer was interrupted and had to be begun anew. Ask again.",
};

function failureOf({ status, error }: ResponseObject): Refusal | null {
  if (status !== "failed" && status !== "cancelled") return null;
  const code = error?.code === "invalid_prompt" ? "invalid_request" : "service_unavailable";
  return { code, message: error?.message ?? "The answer was cancelled." };
}

/** `tools[1].vector_store_ids` is a field of its own here. */
function inWordsOfChat(refusal: Refusal): Refusal {
  if (!refusal.param?.endsWith(".vector_store_ids")) return refusal;
  return { ...refusal, param: "file_search.vector_store_ids" };
}
