import { estimateConfidence } from "../../../../src/answer/grounding/confidence.ts";
import { seededRandom } from "../../../crash-fuzz/random.ts";
import { binConfidences, type Calibration } from "../../reliability/bin-confidences.ts";
import { choose } from "../swaps/sentence.ts";
import type { JudgedClaim } from "./judge-claims.ts";

/** The agreement of the confidence of answers with the share of their sentences that is supported. */
export type Reliability = Calibration & {
  /** Share of the claims with a passage of another document that keep no citation. */
  readonly strayRejected: number;
  /** Share of the sentences with each verdict that are supported, where half of all sentences are. */
  readonly rates: Readonly<Record<JudgedClaim["verdict"], number | null>>;
};

const ANSWERS = 5_000;
const SENTENCES_MAX = 6;

/** The claims of which answers are made. */
export type AnswerPools = {
  readonly true: readonly JudgedClaim[];
  readonly false: readonly JudgedClaim[];
  /** True claims with a passage that does not support them. */
  readonly stray: readonly JudgedClaim[];
};

/**
 * Makes answers of true and false claims and compares their confidence with the share of their sentences that is true.
 * An answer has 1 to 6 sentences, each with a citation, and a chance of true ones of its own. Of the others, one half
 * are false and one half cite a passage of another document. A sentence that a passage contradicts is withheld, so it
 * counts in neither; an answer without a sentence left has no confidence.
 */
export function measureReliability(pools: AnswerPools, seed: string): Reliability {
  const random = seededRandom(`${seed} answers`);
  const answers = Array.from({ length: ANSWERS }, () => {
    const chance = random();
    const length = 1 + Math.floor(random() * SENTENCES_MAX);
    return measureAnswer(Array.from({ length }, () => drawSentence(pools, chance, random)));
  }).filter((answer) => answer !== null);
  return {
    ...binConfidences(answers),
    strayRejected: pools.stray.filter(({ isAccepted }) => !isAccepted).length / pools.stray.length,
    rates: measureRates(pools),
  };
}

/** A sentence of an answer, and whether its citation supports it. */
type Sentence = { readonly verdict: JudgedClaim["verdict"]; readonly isSupported: boolean };

function drawSentence(pools: AnswerPools, chance: number, random: () => number): Sentence {
  const pool = random() < chance ? "true" : random() < 0.5 ? "false" : "stray";
  const drawn = choose(pools[pool], random);
  if (!drawn) throw new Error(`There are no claims in the pool "${pool}".`);
  return { verdict: drawn.verdict, isSupported: pool === "true" };
}

type MeasuredAnswer = { readonly confidence: number; readonly share: number };

function measureAnswer(sentences: readonly Sentence[]): MeasuredAnswer | null {
  const shown = sentences.filter(({ verdict }) => verdict !== "contradicted");
  if (shown.length === 0) return null;
  const count = (wanted: JudgedClaim["verdict"]) =>
    shown.filter(({ verdict }) => verdict === wanted).length;
  return {
    confidence: estimateConfidence({
      supported: count("supported"),
      partial: count("partial"),
      unsupported: count("unsupported"),
      contradicted: 0,
      uncited: 0,
    }),
    share: shown.filter(({ isSupported }) => isSupported).length / shown.length,
  };
}

/** Weighs the pools as answers do in which half of the sentences are true. */
function measureRates(pools: AnswerPools): Reliability["rates"] {
  const rate = (wanted: JudgedClaim["verdict"]) => {
    const share = (judged: readonly JudgedClaim[]) =>
      judged.filter(({ verdict }) => verdict === wanted).length / judged.length;
    const [supported, others] = [share(pools.true), (share(pools.false) + share(pools.stray)) / 2];
    return supported + others === 0 ? null : supported / (supported + others);
  };
  return {
    supported: rate("supported"),
    partial: rate("partial"),
    unsupported: rate("unsupported"),
    contradicted: rate("contradicted"),
  };
}
