import { EventSourceParserStream } from "eventsource-parser/stream";
import { z } from "zod";

import { readError, readThrown, toRefusal } from "./errors.ts";
import { hasCalls, readNative, toChunk, toCompletion } from "./native-reply.ts";

/** The part of the `AI` binding that is used. The platform's own type lists only the models known at its release. */
export interface WorkersAi {
  run(
    model: string,
    inputs: object,
    options: { returnRawResponse: true; signal?: AbortSignal },
  ): Promise<Response>;
}

const Chat = z.looseObject({ model: z.string(), stream: z.boolean().optional() });
const Embeddings = z.object({ model: z.string(), input: z.array(z.string()) });
/** The vectors of both reply formats. */
const Vectors = z.object({
  data: z.array(
    z.union([
      z.array(z.number()),
      z.object({ embedding: z.array(z.number()) }).transform(({ embedding }) => embedding),
    ]),
  ),
});

/**
 * Makes a `fetch` that answers as an OpenAI-compatible server by calling Workers AI, so that one client library serves
 * every provider. Both reply formats of Workers AI become OpenAI's, and its error codes the statuses of such servers.
 * (The package `workers-ai-provider` depends on the whole `ai` package and on three more providers.)
 */
export function workersAiFetch(ai: WorkersAi): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const body: unknown = await request.json();
    if (new URL(request.url).pathname.endsWith("/embeddings")) {
      return await embed(ai, body, request.signal);
    }
    const { model, stream, ...inputs } = Chat.parse(body);
    const response = await callWorkersAi(ai, model, { ...inputs, stream }, request.signal);
    if (!response.ok || response.body === null) return response;
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    if (stream && isStream) return new Response(convertStream(response.body), EVENT_STREAM);
    const reply = await readWholeReply(response);
    const error = readError(reply);
    if (error !== null) return toRefusal(error, STATUS_UNKNOWN, Date.now());
    const native = readNative(reply);
    const completion = native === null ? reply : toCompletion(model, native);
    return stream ? streamWhole(completion) : Response.json(completion);
  };
}

const EVENT_STREAM = { headers: { "content-type": "text/event-stream" } };
/** The status of an error that came without one. */
const STATUS_UNKNOWN = 502;

/** Calls Workers AI. A refusal, returned or thrown, is a response with a status of OpenAI-compatible servers. */
export async function callWorkersAi(
  ai: WorkersAi,
  model: string,
  inputs: object,
  signal: AbortSignal,
): Promise<Response> {
  let response: Response;
  try {
    response = await ai.run(model, inputs, { returnRawResponse: true, signal });
  } catch (error) {
    const known = readThrown(error);
    if (known === null || signal.aborted) throw error;
    return toRefusal(known, STATUS_UNKNOWN, Date.now());
  }
  if (response.ok) return response;
  const text = await response.text();
  return toRefusal(readError(parseOrNull(text)), response.status, Date.now());
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const Wrapped = z.looseObject({ success: z.literal(true), result: z.looseObject({}) });

/** Takes a reply out of the envelope of Cloudflare's REST API, if it is in one. */
function unwrap(reply: unknown): unknown {
  const wrapped = Wrapped.safeParse(reply);
  return wrapped.success ? wrapped.data.result : reply;
}

/** Reads a whole reply, taken out of its envelope. */
export const readWholeReply = async (response: Response): Promise<unknown> =>
  unwrap(await response.json());

async function embed(ai: WorkersAi, body: unknown, signal: AbortSignal): Promise<Response> {
  const { model, input: text } = Embeddings.parse(body);
  const response = await callWorkersAi(ai, model, { text }, signal);
  if (!response.ok) return response;
  const reply = await readWholeReply(response);
  const error = readError(reply);
  if (error !== null) return toRefusal(error, STATUS_UNKNOWN, Date.now());
  const { data } = Vectors.parse(reply);
  return Response.json({
    object: "list",
    model,
    data: data.map((embedding, index) => ({ object: "embedding", index, embedding })),
  });
}

const send = (chunk: object) => `data: ${JSON.stringify(chunk)}\n\n`;
const DONE = "data: [DONE]\n\n";

const Completion = z.looseObject({
  choices: z.array(z.looseObject({ message: z.looseObject({}) })),
});

/** Sends a whole completion as a stream, for a model that does not stream. */
function streamWhole(completion: unknown): Response {
  const { choices, ...rest } = Completion.parse(completion);
  const pieces = choices.map(({ message: delta, ...choice }) => ({ ...choice, delta }));
  return new Response(send({ ...rest, choices: pieces }) + DONE, EVENT_STREAM);
}

/** Converts the events of a stream of either format to OpenAI's. An error in it becomes OpenAI's error event. */
function convertStream(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let isNative = false;
  let calls = 0;
  let isDone = false;
  return body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .pipeThrough(
      new TransformStream<{ data: string }, string>({
        transform({ data }, controller) {
          isDone ||= data === "[DONE]";
          if (isDone) return;
          const chunk: unknown = JSON.parse(data);
          const error = readError(chunk);
          const native = readNative(chunk);
          if (error !== null) {
            controller.enqueue(send({ error: { message: error.message, code: error.code } }));
          } else if (native === null) {
            controller.enqueue(`data: ${data}\n\n`);
          } else {
            isNative = true;
            controller.enqueue(send(toChunk(native, calls)));
            if (hasCalls(native)) calls += native.tool_calls?.length ?? 0;
          }
        },
        flush(controller) {
          // A stream that was cut has no end, and so this one has none.
          if (!isDone) return;
          const finish_reason = calls > 0 ? "tool_calls" : "stop";
          if (isNative)
            controller.enqueue(send({ choices: [{ index: 0, delta: {}, finish_reason }] }));
          controller.enqueue(DONE);
        },
      }),
    )
    .pipeThrough(new TextEncoderStream());
}
