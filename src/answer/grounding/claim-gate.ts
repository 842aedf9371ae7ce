import type { Passage } from "../answer-types.ts";
import { citeSpan, verifyCitation } from "../citing/citations.ts";
import { type MarkerForms, readMarkers } from "../citing/read-markers.ts";
import { verifyClaimAgainst } from "../claims/verify-claim.ts";
import type { BuiltInQuote } from "../extractive/built-in-model.ts";
import { decideSentence, type Judgement, listUndecided, NO_JUDGEMENT } from "./decide-sentence.ts";
import type { CheckedSentence, ClaimPair, PendingSentence } from "./sentence-check.ts";
import { SentenceReader } from "./sentence-reader.ts";

/** The way in which a gate decides. */
export type GateRules = {
  /** True if claims that no passage supports are withheld, and everything before the first supported one is held back. */
  readonly isStrict: () => boolean;
  /** True if a judge decides about citations about which the rules are not sure. */
  readonly canJudge: boolean;
};

/**
 * Decides which sentences of a model are sent, and with which citations, before they are. Most are decided at once. A
 * sentence for the judge waits until the answer's end, with all that come after it, since a judge is asked once for an
 * answer. Where claims need support, sentences that claim nothing wait for the first that a passage supports: without
 * one, nothing of the answer is sent.
 */
export class ClaimGate {
  readonly #rules: GateRules;
  readonly #reader = new SentenceReader();
  #waiting: readonly PendingSentence[] = [];
  #leading: readonly CheckedSentence[] = [];
  #isSupported = false;
  /** Number of line breaks at the end of what was passed on. The answer does not begin with any. */
  #breaks = Number.POSITIVE_INFINITY;

  constructor(rules: GateRules) {
    this.#rules = rules;
  }

  /** True while sentences are held back. */
  get isHolding(): boolean {
    return this.#waiting.length > 0 || this.#leading.length > 0;
  }

  /** The pairs of a sentence and a passage that wait for a judge. */
  get undecided(): readonly ClaimPair[] {
    return this.#rules.canJudge ? this.#waiting.flatMap(listUndecided) : [];
  }

  /**
   * Adds a sentence with its markers, of these forms. The marker `[n]` names the n-th of `passages`, counted from 1.
   * Returns the sentences that are decided now, in order.
   */
  push(sentence: string, passages: readonly Passage[], forms: MarkerForms): CheckedSentence[] {
    const { text, numbers } = readMarkers(sentence, forms, passages.length);
    const named = numbers.flatMap((number) => passages[number - 1] ?? []);
    const verdicts = verifyClaimAgainst(text, named);
    const pairs = named.flatMap((passage, at) => {
      const verdict = verdicts[at];
      return verdict ? { sentence: text, passage, verdict } : [];
    });
    const unknown = numbers.length - named.length;
    const kind = this.#reader.read(text);
    // A block of code or a formula has no markers.
    const read = { text, kind: forms === "none" ? ("plain" as const) : kind, unknown, pairs };
    const mustWait = this.#waiting.length > 0 || listUndecided(read).length > 0;
    if (this.#rules.canJudge && mustWait) {
      this.#waiting = [...this.#waiting, read];
      return [];
    }
    return this.#pass(decideSentence(read, NO_JUDGEMENT, this.#rules.isStrict()));
  }

  /** Adds a sentence of the built-in model with its markers and what it quotes, which supports it by its nature. */
  pushQuoted(
    sentence: string,
    passages: readonly Passage[],
    quotes: readonly BuiltInQuote[],
  ): CheckedSentence[] {
    const { text } = readMarkers(sentence, "last", passages.length);
    const citations = quotes.flatMap(({ chunkId, start, end }) => {
      const passage = passages.find((one) => one.chunkId === chunkId);
      const citation = passage && citeSpan(passage, start, end);
      return citation && verifyCitation(citation, passages) ? [citation] : [];
    });
    const verdict = citations.length === quotes.length ? "supported" : "uncited";
    return this.#pass({
      text,
      said: text,
      citations,
      check: { verdict, removals: [], isWithheld: false },
    });
  }

  /** Ends the text: decides about what waits, with what a judge has said. Returns the sentences in order. */
  end(judgement: Judgement = NO_JUDGEMENT): CheckedSentence[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    const isStrict = this.#rules.isStrict();
    const passed = waiting.flatMap((read) => this.#pass(decideSentence(read, judgement, isStrict)));
    const leading = this.#leading;
    this.#leading = [];
    return [...passed, ...leading.map(withhold)];
  }

  /** Returns a function that resets this object to its present state. Used when a model call fails and is repeated. */
  mark(): () => void {
    const [waiting, leading, isSupported, breaks] = [
      this.#waiting,
      this.#leading,
      this.#isSupported,
      this.#breaks,
    ];
    const resetReader = this.#reader.mark();
    return () => {
      resetReader();
      this.#waiting = waiting;
      this.#leading = leading;
      this.#isSupported = isSupported;
      this.#breaks = breaks;
    };
  }

  #pass(checked: CheckedSentence): CheckedSentence[] {
    if (checked.citations.length > 0) this.#isSupported = true;
    if (this.#rules.isStrict() && !this.#isSupported) {
      this.#leading = [...this.#leading, checked];
      return [];
    }
    const passed = [...this.#leading, checked];
    this.#leading = [];
    return passed.map((one) => this.#shape(one));
  }

  /** Leaves of a withheld sentence the line breaks that the text around it needs. */
  #shape(checked: CheckedSentence): CheckedSentence {
    const breaks = countBreaks(checked.text);
    if (!checked.check.isWithheld) {
      this.#breaks = breaks;
      return checked;
    }
    const missing = Math.max(0, breaks - this.#breaks);
    this.#breaks += missing;
    return { ...checked, text: "\n".repeat(missing) };
  }
}

const withhold = ({ said, check }: CheckedSentence): CheckedSentence => ({
  text: "",
  said,
  citations: [],
  check: { ...check, isWithheld: true },
});

const countBreaks = (text: string) => (/\s*$/u.exec(text)?.[0].match(/\n/gu) ?? []).length;
