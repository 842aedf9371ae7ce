import { Hono } from "hono";

import { admitResponse } from "../conversation/admit-response.ts";
import {
  ChatChunks,
  chatCompletionOf,
  type ChatFrame,
  frameOf,
} from "../conversation/chat-completion.ts";
import { ChatRequest, responseBodyOf } from "../conversation/chat-request.ts";
import type { ResponseObject } from "../conversation/response-object.ts";
import type { StreamEvent } from "../conversation/stream-event.ts";
import type { Refusal } from "../refusal.ts";
import type { AppEnv } from "./app-env.ts";
import { EVENT_STREAM_HEADERS, eventStreamOf, readEvents, type SentEvent } from "./event-stream.ts";
import { problem, problemType } from "./problem.ts";
import { type OtherProperties, readJson } from "./request.ts";
import { type DepsFor, eventSourceOf, type ResponseDeps } from "./responses.ts";

const NO_AUDIO = { refused: "answers are text." };
const NO_LOGPROBS = { refused: "models here give no log probabilities." };
const NO_FUNCTIONS = { refused: "send 'tools' and 'tool_choice' instead." };

export const CHAT_OTHERS: OtherProperties = {
  user: "accepted",
  safety_identifier: "accepted",
  service_tier: "accepted",
  store: "accepted",
  seed: "accepted",
  prediction: "accepted",
  prompt_cache_key: "accepted",
  prompt_cache_options: "accepted",
  prompt_cache_retention: "accepted",
  audio: NO_AUDIO,
  modalities: NO_AUDIO,
  logprobs: NO_LOGPROBS,
  top_logprobs: NO_LOGPROBS,
  functions: NO_FUNCTIONS,
  function_call: NO_FUNCTIONS,
  frequency_penalty: { refused: "models here take no penalties." },
  presence_penalty: { refused: "models here take no penalties." },
  logit_bias: { refused: "models here take no biases." },
  stop: { refused: "answers are not cut at words." },
  moderation: { refused: "there is no moderation model." },
  reasoning_effort: { refused: "no model here takes reasoning settings." },
  verbosity: { refused: "no model here takes a verbosity." },
  web_search_options: { refused: "answers come from documents, not from the web." },
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
