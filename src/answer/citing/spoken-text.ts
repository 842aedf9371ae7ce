import { SentenceReleaser } from "./sentence-releaser.ts";

/** The prompt asks the model to begin its reply with this text when the passages do not support an answer. */
export const NO_ANSWER_MARK = "[none]";

/** The sentences that one delta completes. */
export type ReleasedText = {
  readonly sentences: readonly string[];
  /** True when the model used `NO_ANSWER_MARK`. */
  readonly abstains: boolean;
};

/** Splits a model's deltas into the units that are checked and sent. */
export interface SpokenText {
  /** True when `[n]` in the text is a citation. */
  readonly cites: boolean;
  /** Takes the next piece of the reply. Returns the text that can be released. */
  push(delta: string): ReleasedText;
  /** Returns the rest of the text, at the end of the reply. */
  flush(): ReleasedText;
}

/**
 * Splits prose about passages into sentences. `NO_ANSWER_MARK` is at the very beginning of a reply, so the first
 * characters are held back until it is recognised or excluded.
 */
export class CitedProse implements SpokenText {
  readonly cites = true;
  readonly #releaser = new SentenceReleaser();
  #opening: string | null = "";

  push(delta: string): ReleasedText {
    if (this.#opening === null) return { sentences: this.#releaser.push(delta), abstains: false };
    this.#opening += delta;
    const opening = this.#opening.trimStart();
    if (opening.length < NO_ANSWER_MARK.length && NO_ANSWER_MARK.startsWith(opening)) {
      return { sentences: [], abstains: false };
    }
    return this.#begin();
  }

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

/** Passes on the deltas of the built-in model: each is a complete sentence with the numbers of its passages. */
export class WholeSentences implements SpokenText {
  readonly cites = true;

  push(delta: string): ReleasedText {
    return { sentences: [delta], abstains: false };
  }

  flush(): ReleasedText {
    return NOTHING;
  }
}

/** Passes on the deltas of a text without citations, because it is JSON or because there are no passages. */
export class PlainDeltas implements SpokenText {
  readonly cites = false;

  push(delta: string): ReleasedText {
    return { sentences: [delta], abstains: false };
  }

  flush(): ReleasedText {
    return NOTHING;
  }
}

const NOTHING: ReleasedText = { sentences: [], abstains: false };
