import { SentenceReleaser } from "./sentence-releaser.ts";

/** The beginning of a model's reply when the passages do not support an answer; the prompt asks for it. */
export const NO_ANSWER_MARK = "[none]";

export type Spoken = {
  readonly sentences: readonly string[];
  /** Whether the model said with its mark that the passages do not support an answer. */
  readonly abstains: boolean;
};

/** A model's deltas as the units that are checked and sent. */
export interface SpokenText {
  /** Whether `[n]` in it is a citation. */
  readonly cites: boolean;
  push(delta: string): Spoken;
  flush(): Spoken;
}

/**
 * Prose about passages, sentence by sentence. The mark of an answer that abstains stands at the very
 * beginning, so the first characters are kept back until it is known.
 */
export class CitedProse implements SpokenText {
  readonly cites = true;
  readonly #releaser = new SentenceReleaser();
  #opening: string | null = "";

  push(delta: string): Spoken {
    if (this.#opening === null) return { sentences: this.#releaser.push(delta), abstains: false };
    this.#opening += delta;
    const opening = this.#opening.trimStart();
    if (opening.length < NO_ANSWER_MARK.length && NO_ANSWER_MARK.startsWith(opening)) {
      return { sentences: [], abstains: false };
    }
    return this.#begin();
  }

  flush(): Spoken {
    const begun = this.#opening === null ? null : this.#begin();
    const rest = this.#releaser.flush();
    return {
      sentences: [...(begun?.sentences ?? []), ...rest],
      abstains: begun?.abstains ?? false,
    };
  }

  #begin(): Spoken {
    const opening = this.#opening?.trimStart() ?? "";
    this.#opening = null;
    const abstains = opening.startsWith(NO_ANSWER_MARK);
    const text = abstains ? opening.slice(NO_ANSWER_MARK.length).trimStart() : opening;
    return { sentences: this.#releaser.push(text), abstains };
  }
}

/**
 * Deltas as they come: the sentences of the built-in model, which are whole, and texts in which brackets
 * are no citations, because they are JSON or because there are no passages.
 */
export class WholeDeltas implements SpokenText {
  readonly cites: boolean;

  constructor({ cites }: { cites: boolean }) {
    this.cites = cites;
  }

  push(delta: string): Spoken {
    return { sentences: [delta], abstains: false };
  }

  flush(): Spoken {
    return { sentences: [], abstains: false };
  }
}
