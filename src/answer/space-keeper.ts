/**
 * Keeps the white space at the end of a text until a text follows, so that no answer ends in white space however its
 * text is split.
 */
export class SpaceKeeper {
  #space = "";

  /** Returns the text to send now: the kept space and the text without the white space at its end, which is kept. */
  push(text: string): string {
    const whole = this.#space + text;
    const shown = whole.trimEnd();
    this.#space = whole.slice(shown.length);
    return shown;
  }

  /** Forgets the kept space, since nothing was sent before it. */
  drop(): void {
    this.#space = "";
  }

  /** Returns a function that resets the kept space to the present one. */
  mark(): () => void {
    const space = this.#space;
    return () => {
      this.#space = space;
    };
  }
}
