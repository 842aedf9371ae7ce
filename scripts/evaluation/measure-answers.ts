import type OpenAI from "openai";

import { sentences } from "../../src/ingest/text/sentences.ts";
import { ask, type Answer, type Citation } from "../client/ask.ts";
import { concurrently } from "../client/concurrently.ts";
import type { Question } from "./collection.ts";
import { areaUnderCurve, containsAnswer } from "./measures.ts";
import { binConfidences, type Calibration } from "./reliability/bin-confidences.ts";

const CLIENTS = 4;
const SENTENCES_MAX = 2;
const CHARACTERS_MAX = 300;
const CURVE_STEPS = 10;

/** The effect of one threshold of the confidence. */
type CurvePoint = {
  /** Answers below this confidence count as abstained. */
  readonly threshold: number;
  /** Share of the answerable questions that are answered and contain a gold answer. */
  readonly answerRecall: number;
  readonly abstainedAnswerable: number;
  readonly abstainedUnanswerable: number;
};

/** The quality of the answers to the questions of a test collection. */
export type AnswerMeasures = {
  readonly questions: number;
  readonly answerable: number;
  /**
   * Share of the answerable questions whose answer is short and contains a correct one. Abstaining counts as a miss.
   */
  readonly answerRecall: number;
  /** Share of the answerable questions whose answer is too long to count in `answerRecall`, right or wrong. */
  readonly tooLong: number;
  readonly citations: number;
  /** Share of the citations whose quote is in the extracted text of the cited file at the stated position. */
  readonly quotesTrue: number;
  /** Share of the answerable questions whose answer cites the document that has the correct answer. */
  readonly goldCited: number;
  readonly abstainedAnswerable: number;
  readonly abstainedUnanswerable: number;
  /**
   * AUROC of the answers' confidence, 0 to 1: the ability to distinguish answerable from unanswerable questions. Null
   * if there are only questions of one of these two kinds.
   */
  readonly auroc: number | null;
  readonly curve: readonly CurvePoint[];
  /** The agreement of the confidence with the share of the questions that have an answer. */
  readonly calibration: Calibration;
  readonly msMedian: number;
};

type Asked = {
  readonly question: Question;
  readonly answer: Answer;
  readonly hit: boolean;
  readonly short: boolean;
  readonly quotesTrue: number;
  readonly ms: number;
};

/**
 * Asks each of `questions` over a vector store, and measures the quality of all answers. Calls `onProgress` after each
 * answer.
 */
export async function measureAnswers(
  client: OpenAI,
  storeId: string,
  questions: readonly Question[],
  model: string,
  onProgress: (done: number, total: number) => void,
): Promise<AnswerMeasures> {
  const texts = new FileTexts(client, storeId);
  let done = 0;
  const asked = await concurrently(questions, CLIENTS, async (question): Promise<Asked> => {
    const startedAt = performance.now();
    const { text, history } = question;
    const answer = await ask(client, { model, storeId, question: text, history });
    const ms = performance.now() - startedAt;
    const checks = await Promise.all(answer.citations.map((citation) => texts.has(citation)));
    onProgress(++done, questions.length);
    const short = isShort(answer.text);
    const hit = short && !answer.abstained && containsAnswer(answer.text, question.answers);
    return { question, answer, ms, short, hit, quotesTrue: checks.filter(Boolean).length };
  });
  return summarize(asked);
}

function summarize(asked: readonly Asked[]): AnswerMeasures {
  const answerable = asked.filter(({ question }) => question.answerable);
  const unanswerable = asked.filter(({ question }) => !question.answerable);
  const citations = asked.reduce((sum, { answer }) => sum + answer.citations.length, 0);
  const scored = asked.map(({ question, answer }) => ({
    score: answer.confidence,
    answerable: question.answerable,
  }));
  const times = asked.map(({ ms }) => ms).toSorted((left, right) => left - right);
  return {
    questions: asked.length,
    answerable: answerable.length,
    answerRecall: share(answerable, ({ hit }) => hit),
    tooLong: share(answerable, ({ short, answer }) => !short && !answer.abstained),
    citations,
    quotesTrue:
      citations === 0 ? 1 : asked.reduce((sum, one) => sum + one.quotesTrue, 0) / citations,
    goldCited: share(answerable, ({ question, answer }) =>
      answer.citations.some(({ filename }) => filename === question.documentName),
    ),
    abstainedAnswerable: share(answerable, ({ answer }) => answer.abstained),
    abstainedUnanswerable: share(unanswerable, ({ answer }) => answer.abstained),
    auroc: answerable.length > 0 && unanswerable.length > 0 ? areaUnderCurve(scored) : null,
    curve: abstentionCurve(answerable, unanswerable),
    calibration: binConfidences(
      asked.map(({ question, answer }) => ({
        confidence: answer.confidence,
        share: question.answerable ? 1 : 0,
      })),
    ),
    msMedian: times[Math.floor(times.length / 2)] ?? 0,
  };
}

/** Computes the effects of thresholds at the deciles of the confidence. */
function abstentionCurve(
  answerable: readonly Asked[],
  unanswerable: readonly Asked[],
): CurvePoint[] {
  const confidences = [...answerable, ...unanswerable]
    .map(({ answer }) => answer.confidence)
    .toSorted((left, right) => left - right);
  return Array.from({ length: CURVE_STEPS }, (_, step) => {
    const threshold = confidences[Math.floor((step * confidences.length) / CURVE_STEPS)] ?? 0;
    const below = ({ answer }: Asked) => answer.confidence < threshold;
    return {
      threshold,
      answerRecall: share(answerable, (one) => one.hit && !below(one)),
      abstainedAnswerable: share(answerable, below),
      abstainedUnanswerable: share(unanswerable, below),
    };
  });
}

/** The extracted texts of a store's files, each read once. */
class FileTexts {
  readonly #texts = new Map<string, Promise<string>>();
  readonly #client: OpenAI;
  readonly #storeId: string;

  constructor(client: OpenAI, storeId: string) {
    this.#client = client;
    this.#storeId = storeId;
  }

  async has({ file_id: fileId, quote, source_start: start, source_end: end }: Citation) {
    const text = this.#texts.get(fileId) ?? this.#read(fileId);
    this.#texts.set(fileId, text);
    return quote !== "" && (await text).slice(start, end) === quote;
  }

  async #read(fileId: string): Promise<string> {
    const parts: string[] = [];
    const store = { vector_store_id: this.#storeId };
    for await (const part of this.#client.vectorStores.files.content(fileId, store)) {
      parts.push(part.text ?? "");
    }
    return parts.join("");
  }
}

function isShort(text: string): boolean {
  return text.length <= CHARACTERS_MAX && sentences(text).length <= SENTENCES_MAX;
}

function share(all: readonly Asked[], holds: (one: Asked) => boolean): number {
  return all.length === 0 ? 0 : all.filter(holds).length / all.length;
}
