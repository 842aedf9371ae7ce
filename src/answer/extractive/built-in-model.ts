import type {
  JSONObject,
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Prompt,
  LanguageModelV3StreamPart,
} from "@ai-sdk/provider";
import { z } from "zod";

import type { FileId } from "../../ids.ts";
import { EXTRACTIVE_MODEL } from "../answer-model.ts";
import type {
  AnswerSentence,
  ExtractiveAnswer,
  ExtractiveRequest,
  Passage,
  TextTurn,
} from "../answer-types.ts";

const PROVIDER = "edgewise";
/** Characters per token in the usage of the built-in model, which has no vocabulary of its own. */
const TOKEN_CHARACTERS = 4;

const PassageSchema = z.object({
  chunkId: z.string(),
  fileId: z.custom<FileId>((id) => typeof id === "string"),
  filename: z.string(),
  heading: z.string(),
  text: z.string(),
  start: z.number(),
  end: z.number(),
  score: z.number(),
});
const Options = z.object({ passages: z.array(PassageSchema) });
const Metadata = z.object({ abstained: z.boolean(), confidence: z.number() });

/**
 * The metadata that `extractive-1` adds to the end of its answer: whether it abstained, and its confidence from 0 to 1.
 */
export type BuiltInMetadata = z.infer<typeof Metadata>;

/**
 * Makes the AI SDK's `providerOptions` for a call of `extractive-1`. They pass it the passages as data, since it does
 * not read them from the prompt.
 */
export const passageOptions = (passages: readonly Passage[]) => ({
  [PROVIDER]: { passages: passages.map((passage): JSONObject => ({ ...passage })) },
});

/**
 * Reads from the provider metadata of a reply the values that `extractive-1` has added: its abstention and its
 * confidence. Returns null for a reply of any other model.
 */
export function readBuiltInMetadata(
  metadata: Record<string, JSONObject> | undefined,
): BuiltInMetadata | null {
  return Metadata.safeParse(metadata?.[PROVIDER]).data ?? null;
}

/**
 * Wraps `extractive-1` in the AI SDK's interface, so that it is called like any other model. It streams the sentences
 * of its answer, each followed by the numbers of the cited passages in brackets. These citations are verified like
 * those of any other model.
 */
export function builtInModel(
  answer: (request: ExtractiveRequest) => ExtractiveAnswer,
): LanguageModelV3 {
  const reply = (call: LanguageModelV3CallOptions) => {
    const { passages } = Options.catch({ passages: [] }).parse(call.providerOptions?.[PROVIDER]);
    const { question, history } = splitTurns(call.prompt);
    const found = answer({ question, history, passages });
    const texts = found.sentences.map((sentence) => formatSentence(sentence, passages));
    return { ...limitOutput(question, texts, call.maxOutputTokens), found };
  };
  return {
    specificationVersion: "v3",
    provider: PROVIDER,
    modelId: EXTRACTIVE_MODEL,
    supportedUrls: {},
    doStream: async (call) => {
      const { texts, finishReason, usage, found } = reply(call);
      const { abstained, confidence } = found;
      return {
        stream: createStream([
          { type: "stream-start", warnings: [] },
          { type: "text-start", id: "0" },
          ...texts.map((delta) => ({ type: "text-delta" as const, id: "0", delta })),
          { type: "text-end", id: "0" },
          {
            type: "finish",
            finishReason,
            usage,
            providerMetadata: { [PROVIDER]: { abstained, confidence } },
          },
        ]),
      };
    },
    doGenerate: async (call) => {
      const { texts, finishReason, usage, found } = reply(call);
      const { abstained, confidence } = found;
      return {
        content: [{ type: "text", text: texts.join("") }],
        finishReason,
        usage,
        providerMetadata: { [PROVIDER]: { abstained, confidence } },
        warnings: [],
      };
    },
  };
}

/** Formats a sentence with the numbers of its passages: `text [1][2] `. */
function formatSentence({ text, citations }: AnswerSentence, passages: readonly Passage[]): string {
  const numbers = new Set(
    citations.map(
      ({ chunkId }) => passages.findIndex((passage) => passage.chunkId === chunkId) + 1,
    ),
  );
  return `${text.trim()} ${Array.from(numbers, (number) => `[${number}]`).join("")} `;
}

function limitOutput(question: string, sentences: readonly string[], outputTokensMax?: number) {
  const texts: string[] = [];
  let outputTokens = 0;
  for (const text of sentences) {
    const tokens = Math.ceil(text.length / TOKEN_CHARACTERS);
    if (outputTokensMax !== undefined && outputTokens + tokens > outputTokensMax) break;
    outputTokens += tokens;
    texts.push(text);
  }
  const inputTokens = Math.ceil(question.length / TOKEN_CHARACTERS);
  const cut = texts.length < sentences.length;
  return {
    texts,
    finishReason: { unified: cut ? ("length" as const) : ("stop" as const), raw: undefined },
    usage: {
      inputTokens: {
        total: inputTokens,
        noCache: inputTokens,
        cacheRead: 0,
        cacheWrite: undefined,
      },
      outputTokens: { total: outputTokens, text: outputTokens, reasoning: 0 },
    },
  };
}

/** Splits the prompt into the question, which is the last user message, and the history before it. */
function splitTurns(prompt: LanguageModelV3Prompt): { question: string; history: TextTurn[] } {
  const turns: TextTurn[] = [];
  for (const message of prompt) {
    if (message.role !== "user" && message.role !== "assistant") continue;
    const text = message.content.map((part) => (part.type === "text" ? part.text : "")).join("");
    if (text !== "") turns.push({ role: message.role, text });
  }
  const last = turns.findLastIndex((turn) => turn.role === "user");
  return { question: turns[last]?.text ?? "", history: turns.slice(0, Math.max(0, last)) };
}

function createStream(parts: readonly LanguageModelV3StreamPart[]) {
  return new ReadableStream<LanguageModelV3StreamPart>({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}
