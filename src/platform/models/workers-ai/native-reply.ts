import { z } from "zod";

/** Some models answer a number as a number, and JSON as an object. */
const Text = z
  .unknown()
  .transform((value) =>
    typeof value === "string"
      ? value
      : value === undefined || value === null
        ? ""
        : JSON.stringify(value),
  );
const Call = z.object({ name: z.string(), arguments: z.unknown() });
/** Some models give their calls in OpenAI's form within a reply of the older one. */
const NestedCall = z
  .object({ id: z.string().nullish(), function: Call })
  .transform(({ id, function: { name, arguments: input } }) => ({ id, name, arguments: input }));

const NativeReply = z.looseObject({
  choices: z.undefined().optional(),
  error: z.null().optional(),
  response: Text,
  tool_calls: z.array(z.union([NestedCall, Call])).nullish(),
  usage: z.looseObject({}).nullish(),
});
/** A reply, or a piece of one, in the older of Workers AI's two formats; the newer one is OpenAI's. */
type NativeReply = z.infer<typeof NativeReply>;

/** Reads a reply in the older format. Returns null for everything else: OpenAI's format, and errors. */
export function readNative(reply: unknown): NativeReply | null {
  const { success, data } = NativeReply.safeParse(reply);
  return success && NATIVE_MEMBERS.some((member) => member in Object(reply)) ? data : null;
}

const NATIVE_MEMBERS = ["response", "tool_calls", "usage"];

/** Returns true if a reply has calls of tools. */
export const hasCalls = ({ tool_calls }: NativeReply): boolean => (tool_calls?.length ?? 0) > 0;

/** Converts a piece of a stream to a chunk of OpenAI's. `calls` is the number of calls in the pieces before it. */
export function toChunk({ response, tool_calls, usage }: NativeReply, calls: number) {
  const delta = {
    content: response,
    ...(tool_calls && { tool_calls: toToolCalls(tool_calls, calls) }),
  };
  return { choices: [{ index: 0, delta }], ...(usage && { usage }) };
}

/** Converts a whole reply to a completion of OpenAI's. */
export function toCompletion(model: string, reply: NativeReply) {
  const { response, tool_calls, usage } = reply;
  const message = {
    role: "assistant",
    content: response,
    ...(tool_calls && { tool_calls: toToolCalls(tool_calls, 0) }),
  };
  const finish_reason = hasCalls(reply) ? "tool_calls" : "stop";
  return {
    object: "chat.completion",
    model,
    choices: [{ index: 0, message, finish_reason }],
    ...(usage && { usage }),
  };
}

/** Converts calls of tools. The older format has no ids and may contain the arguments as an object. */
function toToolCalls(calls: NonNullable<NativeReply["tool_calls"]>, first: number) {
  return calls.map((call, index) => ({
    index: first + index,
    id: ("id" in call && call.id) || `call_${crypto.randomUUID()}`,
    type: "function",
    function: {
      name: call.name,
      arguments:
        typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments ?? {}),
    },
  }));
}
