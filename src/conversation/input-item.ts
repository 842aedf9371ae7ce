import { z } from "zod";

import type { FunctionCall, FunctionCallOutput, Item } from "./item.ts";

const Status = z.enum(["in_progress", "completed", "incomplete"]).nullish();
const Text = z.string().max(4_000_000);
const InputText = z.strictObject({ type: z.literal("input_text"), text: Text });
const OutputTextBack = z.strictObject({
  type: z.literal("output_text"),
  text: Text,
  annotations: z.array(z.unknown()).nullish(),
  logprobs: z.array(z.unknown()).nullish(),
});
const RefusalBack = z.strictObject({ type: z.literal("refusal"), refusal: Text });
const Part = z.discriminatedUnion("type", [InputText, OutputTextBack, RefusalBack], {
  error: "only parts of type input_text, output_text and refusal are supported",
});

// `withType` adds a missing type before the union reads it; a default is how the API description says that it may miss.
const Message = z.strictObject({
  type: z.literal("message").default("message"),
  id: z.string().nullish(),
  role: z.enum(["user", "assistant", "system", "developer"]),
  content: z.union([Text, z.array(Part).min(1)]),
  status: Status,
  phase: z.enum(["commentary", "final_answer"]).nullish(),
});
const FunctionCallBack = z.strictObject({
  type: z.literal("function_call"),
  id: z.string().nullish(),
  call_id: z.string().min(1).max(64),
  name: z.string().min(1).max(128),
  arguments: Text,
  status: Status,
});
const FunctionCallOutputParam = z.strictObject({
  type: z.literal("function_call_output"),
  id: z.string().nullish(),
  call_id: z.string().min(1).max(64),
  output: z.union([Text, z.array(InputText)]),
  status: Status,
});
const FileSearchCallBack = z.strictObject({
  type: z.literal("file_search_call"),
  id: z.string().nullish(),
  queries: z.array(z.string()),
  status: z.string().nullish(),
  results: z.array(z.unknown()).nullish(),
});
const ItemReference = z.strictObject({
  type: z.literal("item_reference").default("item_reference"),
  id: z.string().min(1),
});

/** One item of a request's input. Items of an earlier response's output may be sent back unchanged. */
export const InputItemParam = z.preprocess(
  withType,
  z.discriminatedUnion(
    "type",
    [Message, FunctionCallBack, FunctionCallOutputParam, FileSearchCallBack, ItemReference],
    {
      error:
        "supported item types are message, function_call, function_call_output, file_search_call and item_reference",
    },
  ),
);
export type InputItemParam = z.output<typeof InputItemParam>;

/** Makes the key of an id: `newKey`, or a predictable function in tests. */
export type KeyMaker = () => string;

/** Converts one item of a request to the item that is stored. The conversation resolves references. */
export function toItem(
  param: Exclude<InputItemParam, { type: "item_reference" }>,
  newKey: KeyMaker,
): Item {
  switch (param.type) {
    case "message":
      return toMessage(param, newKey);
    case "function_call":
      return {
        id: `fc_${newKey()}`,
        type: "function_call",
        status: "completed",
        call_id: param.call_id,
        name: param.name,
        arguments: param.arguments,
      } satisfies FunctionCall;
    case "function_call_output":
      return {
        id: `fco_${newKey()}`,
        type: "function_call_output",
        status: "completed",
        call_id: param.call_id,
        output:
          typeof param.output === "string"
            ? param.output
            : param.output.map((part) => part.text).join("\n"),
      } satisfies FunctionCallOutput;
    case "file_search_call":
      return {
        id: `fs_${newKey()}`,
        type: "file_search_call",
        status: "completed",
        queries: param.queries,
        results: null,
      };
  }
}

function toMessage(param: z.output<typeof Message>, newKey: KeyMaker): Item {
  const parts = typeof param.content === "string" ? [param.content] : param.content.map(textOfPart);
  const frame = { id: `msg_${newKey()}`, type: "message", status: "completed" } as const;
  if (param.role !== "assistant") {
    const content = parts.map((text) => ({ type: "input_text", text }) as const);
    return { ...frame, role: param.role, content };
  }
  const content = parts.map((text) => {
    return { type: "output_text", text, annotations: [], logprobs: [] } as const;
  });
  const { phase } = param;
  return { ...frame, role: "assistant", content, ...(phase && { phase }) };
}

const textOfPart = (part: z.output<typeof Part>): string =>
  part.type === "refusal" ? part.refusal : part.text;

/** Adds the type that OpenAI lets messages and references leave out. */
function withType(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("type" in value && value.type !== null && value.type !== undefined) return value;
  if ("role" in value) return { ...value, type: "message" };
  return "id" in value ? { ...value, type: "item_reference" } : value;
}
