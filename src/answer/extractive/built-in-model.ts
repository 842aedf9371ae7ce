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
  units: z.string().nullable().default(null),
  score: z.number(),
  lexical: z.number().default(0),
});
const Options = z.object({ passages: z.array(PassageSchema) });
const Metadata = z.object({ abstained: z.boolean(), confidence: z.number() });
const Quotes = z.object({
  quotes: z.array(z.object({ chunkId: z.string(), start: z.number(), end: z.number() })),
});

/** A part of a passage that a sentence of `extractive-1` quotes, by the positions in the passage's text. */
export type BuiltInQuote = z.infer<typeof Quotes>["quotes"][number];

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
 * Reads from the provider metadata of a delta what the sentence in it quotes. Returns null for a delta of any other
 * model.
 */
export function readBuiltInQuotes(
  metadata: Record<string, JSONObject> | undefined,
): readonly BuiltInQuote[] | null {
  return Quotes.safeParse(metadata?.[PROVIDER]).data?.quotes ?? null;
}

/**
 * Wraps `extractive-1` in the AI SDK's interface, so that it is called like any other model. It streams the sentences
 * of its answer, each followed by the numbers of the cited passages in brackets. The metadata of each delta says which
 * parts of the passages it quotes, since a sentence shows them with what a reader needs beside them.
 */
export function builtInModel(
  answer: (request: ExtractiveRequest) => ExtractiveAnswer,
): LanguageModelV3 {
  const reply = (call: LanguageModelV3CallOptions): BuiltInReply => {
    const { passages } = Options.catch({ passages: [] }).parse(call.providerOptions?.[PROVIDER]);
    const { question, history } = splitTurns(call.prompt);
    const { sentences, abstained, confidence } = answer({ question, history, passages });
    const written = formatSentences(sentences, passages);
    const providerMetadata = { [PROVIDER]: { abstained, confidence } };
    return { ...limitOutput(question, written, call.maxOutputTokens), providerMetadata };
  };
  return {
    specificationVersion: "v3",
    provider: PROVIDER,
    modelId: EXTRACTIVE_MODEL,
    supportedUrls: {},
    doStream: async (call) => ({ stream: createStream(toParts(reply(call))) }),
    doGenerate: async (call) => {
      const { written, ...ending } = reply(call);
      const text = written.map((sentence) => sentence.text).join("");
      return { content: [{ type: "text", text }], warnings: [], ...ending };
    },
  };
}

/** The sentences of an answer that fit into the output limit, and what is said at its end. */
type BuiltInReply = ReturnType<typeof limitOutput> & {
  readonly providerMetadata: Record<string, JSONObject>;
};

function toParts({ written, ...ending }: BuiltInReply): LanguageModelV3StreamPart[] {
  return [
    { type: "stream-start", warnings: [] },
    { type: "text-start", id: "0" },
    ...written.map(({ text: delta, quotes }) => ({
      type: "text-delta" as const,
      id: "0",
      delta,
      providerMetadata: { [PROVIDER]: { quotes } },
    })),
    { type: "text-end", id: "0" },
    { type: "finish", ...ending },
  ];
}

/** A sentence as it is sent, with its markers, and what it quotes. */
type WrittenSentence = { readonly text: string; readonly quotes: BuiltInQuote[] };

/** Formats sentences with the numbers of their passages: `text [1][2] `. A line break is before and after each line. */
function formatSentences(
  sentences: readonly AnswerSentence[],
  passages: readonly Passage[],
): WrittenSentence[] {
  return sentences.map(({ text, citations, isLine = false }, at) => {
    const next = sentences[at + 1];
    const space = next && (isLine || next.isLine === true) ? "\n" : " ";
    const cited = citations.flatMap(({ chunkId, sourceStart, sourceEnd }) => {
      const index = passages.findIndex((passage) => passage.chunkId === chunkId);
      const from = passages[index]?.start ?? 0;
      return index < 0
        ? []
        : [{ number: index + 1, chunkId, start: sourceStart - from, end: sourceEnd - from }];
    });
    const numbers = [...new Set(cited.map(({ number }) => number))];
    const markers = numbers.map((number) => `[${number}]`).join("");
    const quotes = cited.map(({ chunkId, start, end }) => ({ chunkId, start, end }));
    return { text: `${text.trimEnd()} ${markers}${space}`, quotes };
  });
}

function limitOutput(
  question: string,
  sentences: readonly WrittenSentence[],
  outputTokensMax?: number,
) {
  const written: WrittenSentence[] = [];
  let outputTokens = 0;
  for (const sentence of sentences) {
    const tokens = Math.ceil(sentence.text.length / TOKEN_CHARACTERS);
    if (outputTokensMax !== undefined && outputTokens + tokens > outputTokensMax) break;
    outputTokens += tokens;
    written.push(sentence);
  }
  const inputTokens = Math.ceil(question.length / TOKEN_CHARACTERS);
  const cut = written.length < sentences.length;
  return {
    written,
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
