import { type ReleasedSentence, SentenceReleaser } from "./sentence-releaser.ts";

/** The text with which the prompt asks a model to begin its reply if the passages do not support an answer. */
export const NO_ANSWER_MARK = "[none]";

/** The sentences or deltas of a model's reply that can be checked and sent now. */
export type ReleasedText = {
  readonly sentences: readonly ReleasedSentence[];
  /**
   * True if the reply began with `NO_ANSWER_MARK`, by which the model says that the passages do not support an answer.
   */
  readonly abstains: boolean;
};

/**
 * Splits the streamed text of a model's reply into units that are checked and sent: sentences if the text cites
 * passages, otherwise deltas.
 */
export interface SpokenText {
  /** True if the text has citation markers. */
  readonly cites: boolean;
  /** Adds the next delta of the reply. Returns the text that can be sent now. */
  push(delta: string): ReleasedText;
  /** Returns the rest of the text, at the end of the reply. */
  flush(): ReleasedText;
}

/**
 * Splits prose with citations into sentences. Holds back the first characters of a reply until it is clear whether they
 * are `NO_ANSWER_MARK`.
 */
export class CitedProse implements SpokenText {
  readonly cites = true;
  readonly #releaser = new SentenceReleaser();
  #opening: string | null = "";

  /** Adds the next delta of the reply. Returns the sentences that are now complete. */
  push(delta: string): ReleasedText {
    if (this.#opening === null) return { sentences: this.#releaser.push(delta), abstains: false };
    this.#opening += delta;
    const opening = this.#opening.trimStart();
    if (opening.length < NO_ANSWER_MARK.length && NO_ANSWER_MARK.startsWith(opening)) {
      return { sentences: [], abstains: false };
    }
    return this.#begin();
  }

  /** Returns the rest of the text, as sentences, at the end of the reply. */
  flush(): ReleasedText {
    const begun = this.#opening === null ? null : this.#begin();
    const rest = this.#releaser.flush();
    return {
      sentences: [...(begun?.sentences ?? []), ...rest],
      abstains: begun?.abstains ?? false,
    };
  }

  #begin(): ReleasedText {
    const opening = this.#opening?.trimStart() ?? "";
    this.#opening = null;
    const abstains = opening.startsWith(NO_ANSWER_MARK);
    const text = abstains ? opening.slice(NO_ANSWER_MARK.length).trimStart() : opening;
    return { sentences: this.#releaser.push(text), abstains };
  }
}

/**
 * Passes on the deltas of the built-in model's reply, each of which is a whole sentence with the numbers of its
 * passages.
 */
export class WholeSentences implements SpokenText {
  readonly cites = true;

  /** Returns the delta, which is a whole sentence. Brackets in what it quotes are no markers. */
  push(delta: string): ReleasedText {
    return { sentences: [{ text: delta, forms: "last" }], abstains: false };
  }

  /** Returns nothing, since no text is held back. */
  flush(): ReleasedText {
    return NOTHING;
  }
}

/** Passes on the deltas of a reply without citations: JSON, or an answer for which there are no passages. */
export class PlainDeltas implements SpokenText {
  readonly cites = false;

  /** Returns the delta unchanged. */
  push(delta: string): ReleasedText {
    return { sentences: [{ text: delta, forms: "none" }], abstains: false };
  }

  /** Returns nothing, since no text is held back. */
  flush(): ReleasedText {
    return NOTHING;
  }
}

const NOTHING: ReleasedText = { sentences: [], abstains: false };
