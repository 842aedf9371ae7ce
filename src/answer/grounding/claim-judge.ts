import type { LanguageModelV3Usage } from "@ai-sdk/provider";

import { estimateTokens } from "../../ingest/text/estimate-tokens.ts";
import type { AnswerRequest } from "../answer-request.ts";
import type { TokenCount } from "../token-count.ts";
import { type Judgement, NO_JUDGEMENT } from "./decide-sentence.ts";
import type { ClaimPair } from "./sentence-check.ts";

/** A question for a judge: does the passage say what the claim says? */
export type JudgeQuestion = {
  readonly claim: string;
  readonly source: string;
  readonly heading: string;
  readonly passage: string;
};

/** The reply of a judge: one verdict for each question, null where it gave none; and the tokens that it reports. */
export type JudgeReply = {
  readonly verdicts: readonly (boolean | null)[];
  readonly usage: LanguageModelV3Usage | null;
};

/** A model that decides whether passages support claims. */
export interface ClaimJudge {
  /**
   * Asks all questions in one call. Returns null if the model fails, or does not answer in time. Throws only the reason
   * of `signal`, when that is aborted.
   */
  ask(questions: readonly JudgeQuestion[], signal: AbortSignal): Promise<JudgeReply | null>;
}

/** The judges that a deployment has. */
export type ClaimJudges = {
  /** The names that `verify.model` of a project's settings can have. */
  readonly judgeNames: readonly string[];
  /** Returns the judge with this name; null if the deployment has none of that name. */
  readonly judge: (name: string) => ClaimJudge | null;
};

/** Returns the judge that the project's settings name; null if they name none, or one that the deployment lacks. */
export function findJudge(
  deps: Pick<ClaimJudges, "judge">,
  { evidencePolicy, fileSearch }: Pick<AnswerRequest, "evidencePolicy" | "fileSearch">,
): ClaimJudge | null {
  const { model } = evidencePolicy.verify;
  return model === null || fileSearch === null ? null : deps.judge(model);
}

/** Maximum number of pairs that a judge is asked about for one answer. The rules decide about further ones. */
const QUESTIONS_MAX = 32;
/** Maximum characters of a passage in a question; those around the sentences that the rules have found. */
const PASSAGE_CHARACTERS_MAX = 1_500;

/**
 * Asks a judge about the pairs that the rules cannot decide, and counts the tokens of the call. Without a reply, the
 * rules decide.
 */
export async function judgeClaims(
  judge: ClaimJudge,
  pairs: readonly ClaimPair[],
  tokens: TokenCount,
  signal: AbortSignal,
): Promise<Judgement> {
  const asked = pairs.slice(0, QUESTIONS_MAX);
  const questions = asked.map(toQuestion);
  const reply = await judge.ask(questions, signal);
  if (reply === null) return NO_JUDGEMENT;
  tokens.addCall(reply.usage, () => ({
    input: estimateTokens(JSON.stringify(questions)),
    output: questions.length,
  }));
  return new Map(
    asked.flatMap((pair, at) => {
      const isSupported = reply.verdicts[at] ?? null;
      return isSupported === null ? [] : [[pair, isSupported] as const];
    }),
  );
}

function toQuestion({ sentence, passage, verdict }: ClaimPair): JudgeQuestion {
  const { filename, heading, text } = passage;
  const { start, end } = verdict.span ?? { start: 0, end: 0 };
  const around = Math.max(0, PASSAGE_CHARACTERS_MAX - (end - start)) / 2;
  const from = Math.max(0, Math.floor(start - around));
  const excerpt = text.slice(from, from + PASSAGE_CHARACTERS_MAX).toWellFormed();
  return { claim: sentence.trim(), source: filename, heading, passage: excerpt };
}
