/**
 * Cleans a model's text of characters that no reader can use, whatever its deltas are: every end of a line becomes
 * `\n`, and control characters such as NUL are left out. Halves of characters are left to the reader of the text, since
 * the other half may follow.
 */
export class CleanText {
  #endsInReturn = false;

  /** Adds a delta and returns it clean. */
  push(delta: string): string {
    if (!this.#endsInReturn && !UNCLEAN.test(delta)) return delta;
    const text = this.#endsInReturn && delta.startsWith("\n") ? delta.slice(1) : delta;
    if (delta !== "") this.#endsInReturn = delta.endsWith("\r");
    return text.replaceAll(/\r\n?/g, "\n").replaceAll(CONTROLS, "");
  }
}

/** Cleans a whole text of control characters, and replaces halves of characters. */
export const cleanWhole = (text: string): string => new CleanText().push(text).toWellFormed();

// oxlint-disable-next-line no-control-regex -- these are the characters to find
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;
// oxlint-disable-next-line no-control-regex -- these are the characters to find
const UNCLEAN = /[\0-\x08\x0b-\x1f\x7f]/;
