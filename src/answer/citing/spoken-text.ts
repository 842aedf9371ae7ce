import { SentenceReleaser } from "./sentence-releaser.ts";

/** The text with which a model begins its reply when the passages do not support an answer, as its prompt asks. */
export const NO_ANSWER_MARK = "[none]";

/** The text that can be checked and sent after one more delta of a reply. */
export type ReleasedText = {
  readonly sentences: readonly string[];
  /** True when the reply began with `NO_ANSWER_MARK`: the model does not answer. */
  readonly abstains: boolean;
};

/**
 * Splits the streamed text of a model into units that are checked and sent: sentences or deltas, by the kind of text.
 */
export interface SpokenText {
  /** True when `[n]` in the text is a citation. */
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

  /** Adds the next delta of the reply. Returns the sentences that are complete now. */
  push(delta: string): ReleasedText {
    if (this.#opening === null) return { sentences: this.#releaser.push(delta), abstains: false };
    this.#opening += delta;
    const opening = this.#opening.trimStart();
    if (opening.length < NO_ANSWER_MARK.length && NO_ANSWER_MARK.startsWith(opening)) {
      return { sentences: [], abstains: false };
    }
    return this.#begin();
  }

  /** Returns the rest of the reply, as sentences. */
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

/** Passes on the deltas of the built-in model, each of which is a whole sentence with the numbers of its passages. */
export class WholeSentences implements SpokenText {
  readonly cites = true;

  /** Returns the delta, which is a whole sentence. */
  push(delta: string): ReleasedText {
    return { sentences: [delta], abstains: false };
  }

  /** Returns nothing, since no text is held back. */
  flush(): ReleasedText {
    return NOTHING;
  }
}

/** Passes on the deltas of a text without citations, because it is JSON or because there are no passages. */
export class PlainDeltas implements SpokenText {
  readonly cites = false;

  /** Returns the delta unchanged. */
  push(delta: string): ReleasedText {
    return { sentences: [delta], abstains: false };
  }

  /** Returns nothing, since no text is held back. */
  flush(): ReleasedText {
    return NOTHING;
  }
}

const NOTHING: ReleasedText = { sentences: [], abstains: false };
