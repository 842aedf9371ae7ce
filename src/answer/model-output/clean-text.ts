/**
 * Cleans a model's text, however it is split into deltas: every line break becomes `\n`, and control characters such as
 * NUL are removed. Lone surrogates are kept, since the other half may be in the next delta.
 */
export class CleanText {
  #endsInReturn = false;

  /** Adds a delta of the text and returns it cleaned. */
  push(delta: string): string {
    if (!this.#endsInReturn && !UNCLEAN.test(delta)) return delta;
    const text = this.#endsInReturn && delta.startsWith("\n") ? delta.slice(1) : delta;
    if (delta !== "") this.#endsInReturn = delta.endsWith("\r");
    return text.replaceAll(/\r\n?/g, "\n").replaceAll(CONTROLS, "");
  }
}

/** Cleans a text that arrives as a whole: removes control characters, and replaces lone surrogates. */
export const cleanWhole = (text: string): string => new CleanText().push(text).toWellFormed();

// oxlint-disable-next-line no-control-regex -- these are the characters to find
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;
// oxlint-disable-next-line no-control-regex -- these are the characters to find
const UNCLEAN = /[\0-\x08\x0b-\x1f\x7f]/;
