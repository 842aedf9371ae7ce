import type { Grounding, Removal } from "../answer-types.ts";
import { estimateConfidence } from "./confidence.ts";
import type { SentenceCheck } from "./sentence-check.ts";

/** Maximum number of removed citations that `grounding.removals` lists. All are counted. */
export const REMOVALS_LISTED_MAX = 20;
/** Maximum characters of the sentence of a removed citation that are listed with it. */
const SENTENCE_CHARACTERS_MAX = 200;

/** The part of a tally that is added up. */
type Counts = {
  supported: number;
  partial: number;
  unsupported: number;
  uncited: number;
  absences: number;
  withheld: number;
  citations: number;
  removed: number;
  removals: readonly Removal[];
};

const NOTHING: Counts = {
  supported: 0,
  partial: 0,
  unsupported: 0,
  uncited: 0,
  absences: 0,
  withheld: 0,
  citations: 0,
  removed: 0,
  removals: [],
};

/** Counts the sentences of an answer and their citations, and says from them how well sources support the answer. */
export class GroundingTally {
  #counts: Counts = NOTHING;

  /** True if sentences were withheld, and no sentence that claims something was sent. */
  get hasLostAll(): boolean {
    return this.#counts.withheld > 0 && this.#claims === 0;
  }

  /**
   * Adds a sentence as it is sent: its text after forbidden links were removed, "" if nothing is left of it, and the
   * number of its citations.
   */
  add({ verdict, removals, isWithheld }: SentenceCheck, text: string, citations: number): void {
    const counts = { ...this.#counts };
    const isShown = !isWithheld && /[\p{L}\p{N}]/u.test(text);
    if (isWithheld) counts.withheld += 1;
    else if (isShown && verdict === "absence") counts.absences += 1;
    else if (isShown && verdict !== "plain" && verdict !== "contradicted" && verdict !== "absence")
      counts[verdict] += 1;
    counts.citations += citations;
    counts.removed += removals.length;
    const sentence = isShown ? cutText(text) : null;
    const listed = removals.map((removal) => ({ ...removal, sentence }));
    counts.removals = [...counts.removals, ...listed].slice(0, REMOVALS_LISTED_MAX);
    this.#counts = counts;
  }

  /** Returns a function that resets this object to its present state. Used when a model call fails and is repeated. */
  mark(): () => void {
    const counts = this.#counts;
    return () => {
      this.#counts = counts;
    };
  }

  /**
   * Returns the degree to which sources support the answer. `confidence` is the value that the model reports; null if
   * it reports none, and the value is then computed.
   */
  read(isAbstention: boolean, confidence: number | null): Grounding {
    const { supported, partial, absences, citations, removed, withheld, removals } = this.#counts;
    const counts = {
      citationsVerified: citations,
      citationsRemoved: removed,
      removals,
      sentencesWithheld: withheld,
    };
    const saysOnlyAbsence = absences > 0 && this.#claims === 0;
    if (isAbstention || saysOnlyAbsence)
      return { status: "abstained", confidence: confidence ?? 0, ...counts };
    const estimated = confidence ?? estimateConfidence({ ...this.#counts, contradicted: 0 });
    if (supported + partial === 0)
      return { status: "ungrounded", confidence: estimated, ...counts };
    const isWhole = supported === this.#claims && removed === 0 && withheld === 0;
    return { status: isWhole ? "grounded" : "partial", confidence: estimated, ...counts };
  }

  get #claims(): number {
    const { supported, partial, unsupported, uncited } = this.#counts;
    return supported + partial + unsupported + uncited;
  }
}

function cutText(text: string): string {
  const said = text.trim();
  if (said.length <= SENTENCE_CHARACTERS_MAX) return said;
  return `${said.slice(0, SENTENCE_CHARACTERS_MAX - 1).toWellFormed()}…`;
}
