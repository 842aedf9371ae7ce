import { z } from "zod";

import { listModelsInUse } from "../../src/env.ts";
import type { WorkersAi } from "../../src/platform/models/workers-ai/workers-ai.ts";
import { type ChatRequest, stepsFor } from "./model-scripts.ts";
import type { Step } from "./model-step.ts";

/** The default models of the production edition. */
export const DEFAULT_MODELS = listModelsInUse({
  EDITION: "production",
  JURISDICTION: null,
  LLM_MODEL: null,
  EMBEDDING_MODEL: null,
});

/** An error of Workers AI: its code, and the status and the words with which the service answers it. */
const AI_ERRORS = {
  5007: [400, "No such model or task"],
  3042: [404, "The model name is invalid"],
  5016: [403, "User has not agreed to the model terms"],
  5004: [400, "Invalid data"],
  3006: [413, "Request is too large"],
  3007: [408, "Request timeout"],
  3036: [429, "You have used up your daily free allocation of 10,000 neurons."],
  4006: [429, "you have used up your daily free allocation of 10,000 neurons"],
  3040: [429, "No more data centers to forward the request to"],
} as const;
/** A code of `AI_ERRORS`. */
type AiCode = keyof typeof AI_ERRORS;

/** The way in which an error reaches the caller of the binding. */
type Manner = "response" | "envelope" | "thrown";
/** A fault of a model: an error, a stream that breaks off or reports an error, or a lost connection. */
export type AiFault =
  | { readonly code: AiCode; readonly as?: Manner }
  | { readonly stream: "cut" | "error" }
  | { readonly lost: true };

/** Length of the vectors, as of `@cf/qwen/qwen3-embedding-0.6b`. */
const DIMENSIONS = 1_024;

/**
 * A binding that behaves as the documentation of Workers AI says: models whose names contain `native` answer in the
 * older format, the others in OpenAI's, whole or as a stream. The marks of `model-scripts.ts` decide what a model says;
 * without one it cites each passage. Faults are set by the name of a model.
 */
export class FakeAi implements WorkersAi {
  readonly calls: { readonly model: string; readonly inputs: object }[] = [];
  readonly faults = new Map<string, AiFault>();
  /** Maximum number of texts that one call embeds. */
  textsMax = 100;

  async run(model: string, inputs: object): Promise<Response> {
    this.calls.push({ model, inputs });
    const fault = this.faults.get(model);
    if (fault && "lost" in fault) throw new Error("Network connection lost.");
    if (fault && "code" in fault) return refuse(fault.code, fault.as ?? "response");
    if ("questions" in inputs) return decide(inputs);
    if ("text" in inputs && Array.isArray(inputs.text)) return this.#embed(inputs.text);
    if (!isChat(inputs)) return refuse(5004, "response");
    const request = { ...inputs, model };
    const steps = stepsFor(request, () => 0);
    const isNative = model.includes("native");
    if (!request.stream) return Response.json(isNative ? nativeReply(steps) : completion(steps));
    const events = isNative ? nativeEvents(steps) : chunks(steps);
    return new Response(broken(events, fault).join(""), {
      headers: { "content-type": "text/event-stream" },
    });
  }

  /** Lists the names of the models that were called. */
  get called(): string[] {
    return this.calls.map(({ model }) => model);
  }

  #embed(texts: readonly string[]): Response {
    if (texts.length > this.textsMax) return refuse(5004, "response");
    return Response.json({ shape: [texts.length, DIMENSIONS], data: texts.map(vectorOf) });
  }
}

const Decisions = z.object({
  model: z.string(),
  state: z.record(z.string(), z.unknown()),
  questions: z.record(
    z.string().regex(/^[\w.-]{1,100}$/),
    z.strictObject({ type: z.literal("noul"), instructions: z.string() }),
  ),
});

/** Answers as a decision model: no where the word “abgelehnt” is in the state of a question, in doubt at “unklar”. */
function decide(inputs: object): Response {
  const { model, state, questions } = Decisions.parse(inputs);
  const answers = Object.keys(questions).map((id) => {
    const said = JSON.stringify(state[id]);
    const doubt = said.includes("unklar") ? 0.5 : 0.97;
    return [id, { type: "noul", noul: said.includes("abgelehnt") ? 0.04 : doubt }];
  });
  const usage = { input_tokens: 300, output_tokens: 0 };
  return Response.json({ model, answers: Object.fromEntries(answers), usage });
}

const isChat = (inputs: object): inputs is Omit<ChatRequest, "model"> => "messages" in inputs;

function refuse(code: AiCode, manner: Manner): Response {
  const [status, words] = AI_ERRORS[code];
  if (manner === "thrown") throw new Error(`${code}: ${words}`);
  const body =
    manner === "envelope"
      ? { success: false, result: null, errors: [{ code, message: `AiError: ${words}` }] }
      : { internalCode: code, name: "AiError", description: words };
  return Response.json(body, { status });
}

/** Counts the letters of a text. */
function vectorOf(text: string): number[] {
  const vector = Array.from({ length: DIMENSIONS }, () => 0);
  for (const letter of text.toLowerCase()) {
    const index = (letter.codePointAt(0) ?? 0) % DIMENSIONS;
    vector[index] = (vector[index] ?? 0) + 1;
  }
  return vector;
}

const USAGE = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
const event = (data: object | string) =>
  `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

const textOf = (steps: readonly Step[]) =>
  steps.flatMap((step) => ("text" in step ? [step.text] : []));
const callsOf = (steps: readonly Step[]) => steps.filter((step) => "call" in step);

function nativeReply(steps: readonly Step[]) {
  const calls = callsOf(steps).map((step) => ({
    name: step.call,
    arguments: JSON.parse(step.arguments),
  }));
  return {
    response: textOf(steps).join(""),
    ...(calls.length > 0 && { tool_calls: calls }),
    usage: USAGE,
  };
}

function nativeEvents(steps: readonly Step[]): string[] {
  const { response, ...rest } = nativeReply(steps);
  const words = response.match(/\S+\s*/g) ?? [];
  return [
    ...words.map((word) => event({ response: word, p: "abc" })),
    event({ response: "", ...rest }),
    event("[DONE]"),
  ];
}

function completion(steps: readonly Step[]) {
  const calls = toolCalls(steps);
  const message = {
    role: "assistant",
    content: textOf(steps).join(""),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  const finish_reason = calls.length > 0 ? "tool_calls" : "stop";
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason }],
    usage: USAGE,
  };
}

const toolCalls = (steps: readonly Step[]) =>
  callsOf(steps).map((step, index) => ({
    index,
    id: `call_${index}`,
    type: "function",
    function: { name: step.call, arguments: step.arguments },
  }));

function chunks(steps: readonly Step[]): string[] {
  const calls = toolCalls(steps);
  const chunk = (delta: object, finish_reason: string | null = null) =>
    event({ object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] });
  const words =
    textOf(steps)
      .join("")
      .match(/\S+\s*/g) ?? [];
  return [
    ...words.map((word) => chunk({ content: word })),
    ...calls.map((call) => chunk({ tool_calls: [call] })),
    chunk({}, calls.length > 0 ? "tool_calls" : "stop"),
    event({ object: "chat.completion.chunk", choices: [], usage: USAGE }),
    event("[DONE]"),
  ];
}

function broken(events: readonly string[], fault: AiFault | undefined): readonly string[] {
  if (fault === undefined || !("stream" in fault)) return events;
  if (fault.stream === "cut") return events.slice(0, 1);
  return [event({ internalCode: 3040, description: "No more data centers" }), event("[DONE]")];
}
