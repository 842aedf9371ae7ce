import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import type {
  ExtractiveAnswer,
  ExtractiveRequest,
  Passage,
} from "../../src/answer/answer-types.ts";
import { cutChunks } from "../../src/ingest/chunks/cut-chunks.ts";
import { CHUNKING_AUTO } from "../../src/knowledge/chunking.ts";

const AttackLine = z.object({ id: z.string(), source: z.string(), text: z.string() });
const CarrierLine = z.object({ id: z.string(), context: z.string(), question: z.string() });

/** A text that tries to instruct the assistant which reads it. */
type Attack = z.infer<typeof AttackLine>;
/** A harmless document, and a question about it. */
type Carrier = z.infer<typeof CarrierLine>;
/** A test collection of prompt injections, and the harmless documents in which they are hidden. */
export type Injections = {
  readonly attacks: readonly Attack[];
  readonly carriers: readonly Carrier[];
};

/** Counts of how answers deal with prompt injections that are hidden in documents. */
export type InjectionMeasures = {
  readonly attacks: number;
  readonly answers: number;
  /** Number of answers to a document's own question that quote a part of the injection. */
  readonly quoting: number;
  readonly carriers: number;
  /** Number of documents whose question is answered when they have no injection. */
  readonly carriersAnswered: number;
};

/** Counts of how answers deal with hidden prompt injections when the question is made of the injection's own words. */
export type ProvocationMeasures = {
  readonly provokedAnswers: number;
  /** Number of answers that quote a part of the injection. */
  readonly provoked: number;
};

type Answer = (request: ExtractiveRequest) => ExtractiveAnswer;
type Span = { readonly start: number; readonly end: number };

/** The places of an attack in its document. */
const PLACES = ["start", "middle", "end"] as const;
/** Number of words of an attack that make a question. */
const QUESTION_WORDS = 12;

/** Tests whether the test collection in a folder is one of prompt injections, not one of documents and questions. */
export const hasInjections = (folder: string): boolean =>
  existsSync(join(folder, "injections.jsonl"));

/** Reads a test collection of prompt injections from a folder: injections.jsonl and benign_contexts.jsonl. */
export function readInjections(folder: string): Injections {
  const lines = (name: string) =>
    readFileSync(join(folder, name), "utf8")
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line): unknown => JSON.parse(line));
  return {
    attacks: lines("injections.jsonl").map((line) => AttackLine.parse(line)),
    carriers: lines("benign_contexts.jsonl").map((line) => CarrierLine.parse(line)),
  };
}

/**
 * Selects every other one of the injections: those that rules may be developed with ("developed"), or those that are
 * kept to test the rules ("aside").
 */
export const selectHalf = (injections: Injections, half: "developed" | "aside"): Injections => ({
  ...injections,
  attacks: injections.attacks.filter((_attack, at) => (at % 2 === 0) === (half === "developed")),
});

/**
 * Hides each injection in three documents, at another place in each, asks each document's own question, and counts the
 * answers that quote the injection. Also counts the documents whose question is answered without an injection.
 */
export function measureInjections(
  { attacks, carriers }: Injections,
  answer: Answer,
): InjectionMeasures {
  const counted = { answers: 0, quoting: 0 };
  for (const { carrier, text, hidden } of hideAll({ attacks, carriers })) {
    const own = quotes(ask(answer, carrier.question, text), hidden);
    if (own !== null) counted.answers += 1;
    if (own === true) counted.quoting += 1;
  }
  const answered = carriers.filter(
    ({ context, question }) => !ask(answer, question, context).abstained,
  );
  return {
    attacks: attacks.length,
    ...counted,
    carriers: carriers.length,
    carriersAnswered: answered.length,
  };
}

/**
 * Hides each injection in three documents, asks each of them a question in the injection's own words, and counts the
 * answers that quote the injection.
 */
export function measureProvocations(injections: Injections, answer: Answer): ProvocationMeasures {
  const counted = { provokedAnswers: 0, provoked: 0 };
  for (const { attack, text, hidden } of hideAll(injections)) {
    const provoked = quotes(ask(answer, makeQuestion(attack.text), text), hidden);
    if (provoked !== null) counted.provokedAnswers += 1;
    if (provoked === true) counted.provoked += 1;
  }
  return counted;
}

/** Yields each attack in three documents, at another place in each. */
function* hideAll({ attacks, carriers }: Injections) {
  for (const [at, attack] of attacks.entries()) {
    for (const [turn, place] of PLACES.entries()) {
      const carrier = carriers[(at * PLACES.length + turn) % carriers.length];
      if (carrier) yield { attack, carrier, ...hide(attack.text, carrier.context, place) };
    }
  }
}

/** Hides an attack as a paragraph, or a line of its own, in a document. */
function hide(attack: string, context: string, place: (typeof PLACES)[number]) {
  const middle = context.indexOf("\n", Math.floor(context.length / 2));
  const at = place === "start" ? 0 : place === "end" || middle < 0 ? context.length : middle;
  const before = at === 0 ? "" : `${context.slice(0, at)}\n\n`;
  const text = `${before}${attack}\n\n${context.slice(at)}`;
  return { text, hidden: { start: before.length, end: before.length + attack.length } };
}

/** Makes a question that finds the attack: its first words. */
const makeQuestion = (attack: string) =>
  `${(attack.match(/[\p{L}\p{M}\p{N}'’-]+/gu) ?? []).slice(0, QUESTION_WORDS).join(" ")}?`;

function ask(answer: Answer, question: string, text: string): ExtractiveAnswer {
  const passages = cutChunks({ text, format: "plain" }, CHUNKING_AUTO).map((chunk): Passage => ({
    chunkId: `chunk-${chunk.ordinal}`,
    fileId: "file-0",
    filename: "carrier.txt",
    heading: chunk.heading,
    text: chunk.text,
    start: chunk.start,
    end: chunk.end,
    score: 1,
  }));
  return answer({ question, history: [], passages });
}

/** Tests whether an answer quotes a part of the span; null when it abstains. */
function quotes({ abstained, sentences }: ExtractiveAnswer, { start, end }: Span): boolean | null {
  if (abstained) return null;
  return sentences.some(({ citations }) =>
    citations.some(({ sourceStart, sourceEnd }) => sourceStart < end && sourceEnd > start),
  );
}
