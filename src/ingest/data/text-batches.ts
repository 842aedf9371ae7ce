/** Parts that are joined at once. A million small strings take ten times the memory of their text. */
const PARTS_A_BATCH = 1_000;
/** Parts of which the end of a text consists. */
const TAIL_PARTS = 4;
/** Maximum length of the end of a text that `tail` returns, in characters. */
const TAIL_LENGTH = 32;

/** A text that is built from many small parts, in little memory. */
export class TextBatches {
  /** The number of characters. */
  length = 0;
  readonly #batches: string[] = [];
  #parts: string[] = [];

  /** Adds a part at the end. */
  add(part: string): void {
    this.#parts.push(part);
    this.length += part.length;
    if (this.#parts.length >= PARTS_A_BATCH) this.#join();
  }

  /** The last characters of the text, at least those of the last part. */
  get tail(): string {
    const recent = this.#parts.slice(-TAIL_PARTS).join("");
    return (recent === "" ? (this.#batches.at(-1) ?? "") : recent).slice(-TAIL_LENGTH);
  }

  /** Returns the text. */
  finish(): string {
    this.#join();
    return this.#batches.join("");
  }

  #join(): void {
    const batch = this.#parts.join("");
    this.#parts = [];
    if (batch !== "") this.#batches.push(batch);
  }
}
