/** Number of deltas that pass one by one. */
const SINGLE_MAX = 1_000;
/** Characters of a piece after them. */
const PIECE_CHARACTERS = 200;

/**
 * Passes on deltas as they come, and after many of them only larger pieces: each piece is stored with a name and sent
 * as an event, so that a model that writes letter by letter would cost many times its text.
 */
export class DeltaPace {
  #count = 0;
  #held = "";

  /** Adds a delta. Returns the text to pass on now, which may be empty. */
  push(delta: string): string {
    const text = this.#held + delta;
    const isHeld = this.#count >= SINGLE_MAX && text.length < PIECE_CHARACTERS;
    this.#held = isHeld ? text : "";
    if (isHeld || text === "") return "";
    this.#count += 1;
    return text;
  }

  /** Returns the rest, because something else follows. */
  flush(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }
}
