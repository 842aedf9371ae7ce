import { EventSourceParserStream } from "eventsource-parser/stream";
import { z } from "zod";

/**
 * The part of the Worker's `AI` binding that is used here. Cloudflare's own type of the binding lists only the models
 * that existed when the type was published.
 */
export interface WorkersAi {
  run(model: string, inputs: object, options: { returnRawResponse: true }): Promise<Response>;
}

const Chat = z.looseObject({ model: z.string(), stream: z.boolean().optional() });
const Embeddings = z.object({ model: z.string(), input: z.array(z.string()) });
const Vectors = z.object({ data: z.array(z.array(z.number())) });

/** The older of Workers AI's two reply formats; the newer one is OpenAI's. */
const NativeReply = z.looseObject({
  choices: z.undefined().optional(),
  response: z.string().nullish(),
  tool_calls: z.array(z.object({ name: z.string(), arguments: z.unknown() })).optional(),
  usage: z.looseObject({}).optional(),
});
type NativeReply = z.infer<typeof NativeReply>;

/**
 * Makes a `fetch` that works like an OpenAI-compatible server but calls Workers AI, so that one client library serves
 * every provider. (The package `workers-ai-provider` depends on the whole `ai` package and on three more providers.)
 */
export function workersAiFetch(ai: WorkersAi): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const body: unknown = await request.json();
    if (new URL(request.url).pathname.endsWith("/embeddings")) return embed(ai, body);
    const { model, stream, ...inputs } = Chat.parse(body);
    const response = await ai.run(model, { ...inputs, stream }, { returnRawResponse: true });
    if (!response.ok || response.body === null) return response;
    if (stream) return new Response(convertStream(response.body), eventStream);
    const reply: unknown = await response.json();
    const native = NativeReply.safeParse(reply);
    return Response.json(native.success ? toCompletion(model, native.data) : reply);
  };
}

const eventStream = { headers: { "content-type": "text/event-stream" } };

async function embed(ai: WorkersAi, body: unknown): Promise<Response> {
  const { model, input: text } = Embeddings.parse(body);
  const response = await ai.run(model, { text }, { returnRawResponse: true });
  if (!response.ok) return response;
  const { data } = Vectors.parse(await response.json());
  return Response.json({
    object: "list",
    model,
    data: data.map((embedding, index) => ({ object: "embedding", index, embedding })),
  });
}

const send = (chunk: object) => `data: ${JSON.stringify(chunk)}\n\n`;

function convertStream(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let isNative = false;
  let called = false;
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
          const native = NativeReply.safeParse(chunk);
          if (!native.success) {
            controller.enqueue(`data: ${data}\n\n`);
            return;
          }
          isNative = true;
          called ||= (native.data.tool_calls?.length ?? 0) > 0;
          controller.enqueue(send(toChunk(native.data)));
        },
        flush(controller) {
          // A stream that was cut has no end, and so this one has none.
          if (!isDone) return;
          const finish_reason = called ? "tool_calls" : "stop";
          if (isNative)
            controller.enqueue(send({ choices: [{ index: 0, delta: {}, finish_reason }] }));
          controller.enqueue("data: [DONE]\n\n");
        },
      }),
    )
    .pipeThrough(new TextEncoderStream());
}

function toChunk({ response, tool_calls, usage }: NativeReply) {
  const delta = {
    content: response ?? "",
    ...(tool_calls && { tool_calls: toToolCalls(tool_calls) }),
  };
  return { choices: [{ index: 0, delta }], ...(usage && { usage }) };
}

function toCompletion(model: string, { response, tool_calls, usage }: NativeReply) {
  const message = {
    role: "assistant",
    content: response ?? "",
    ...(tool_calls && { tool_calls: toToolCalls(tool_calls) }),
  };
  const finish_reason = tool_calls?.length ? "tool_calls" : "stop";
  return {
    object: "chat.completion",
    model,
    choices: [{ index: 0, message, finish_reason }],
    usage,
  };
}

/** Converts tool calls. The older format has no ids and may contain the arguments as an object. */
function toToolCalls(calls: NonNullable<NativeReply["tool_calls"]>) {
  return calls.map(({ name, arguments: input }, index) => ({
    index,
    id: `call_${crypto.randomUUID()}`,
    type: "function",
    function: { name, arguments: typeof input === "string" ? input : JSON.stringify(input ?? {}) },
  }));
}
