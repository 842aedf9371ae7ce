import type { AnswerModel } from "../../../../src/answer/answer-model.ts";
import type { AnswerRequest } from "../../../../src/answer/answer-request.ts";
import type { ClaimJudge, JudgeQuestion } from "../../../../src/answer/grounding/claim-judge.ts";
import {
  EVIDENCE_DEFAULT,
  type EvidencePolicy,
} from "../../../../src/knowledge/project-settings.ts";
import type { SearchHit } from "../../../../src/retrieval/search-types.ts";
import { answer, asked, finding, hit, joinText, lastEvent } from "../generate-cases.ts";

/** A passage of a handbook. */
export const HANDBOOK = hit(
  "handbook",
  "The notice period is 30 days. Employees have 28 days of annual leave. The office opens at eight in the morning.",
);

const USAGE = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

/** Makes a model that always writes the same text, in deltas of `size` characters. */
export const sayingModel = (text: string, size = 5): AnswerModel => ({
  name: "saying",
  builtIn: false,
  stream: async function* () {
    for (let at = 0; at < text.length; at += size) {
      yield { type: "text-delta", id: "0", delta: text.slice(at, at + size) };
    }
    yield { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage: USAGE };
  },
});

/** Makes a judge that gives the same verdict on each question, and records the questions of each call. */
export function fixedJudge(verdict: boolean | null) {
  const calls: (readonly JudgeQuestion[])[] = [];
  const judge: ClaimJudge = {
    ask: async (questions) => {
      calls.push(questions);
      return { verdicts: questions.map(() => verdict), usage: USAGE };
    },
  };
  return { judge, calls };
}

type Given = {
  readonly policy?: Partial<EvidencePolicy>;
  readonly hits?: readonly SearchHit[];
  readonly question?: string;
  readonly judge?: ClaimJudge;
  readonly change?: Partial<AnswerRequest>;
};

/** Lets a model write `text` about the handbook. Returns the text that is sent, its pieces and the last event. */
export async function saying(text: string, given: Given = {}) {
  const { policy = {}, hits = [HANDBOOK], question = "What are the rules?", judge, change } = given;
  const { deps } = finding(hits, [sayingModel(text)]);
  const events = await answer(
    { ...deps, judge: () => judge ?? null },
    asked(question, {
      model: "saying",
      evidencePolicy: { ...EVIDENCE_DEFAULT, ...policy },
      ...change,
    }),
  );
  const pieces = events.filter((event) => event.type === "text");
  const { grounding, usage, outcome } = lastEvent(events);
  const cited = pieces.map(({ citations }) => citations.map(({ quote }) => quote));
  return { text: joinText(events), cited, grounding, usage, outcome, events };
}

/** The rules of a project that demands grounding. */
export const STRICT = { policy: { grounding: "strict" as const } };
