/**
 * Holds back white space at the end of an answer's text until more text follows, so that no answer ends in white space,
 * however its text is split into deltas.
 */
export class SpaceKeeper {
  #space = "";

  /**
   * Adds text. Returns the text to send now: the white space held back before, then `text` without the white space at
   * its end, which is held back.
   */
  push(text: string): string {
    const whole = this.#space + text;
    const shown = whole.trimEnd();
    this.#space = whole.slice(shown.length);
    return shown;
  }

  /** Drops the white space that is held back. Called when it would be the beginning of the answer. */
  drop(): void {
    this.#space = "";
  }

  /** Returns a function that resets this object to its present state. Used when a model call fails and is repeated. */
  mark(): () => void {
    const space = this.#space;
    return () => {
      this.#space = space;
    };
  }
}
