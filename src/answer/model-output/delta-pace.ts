/** Number of deltas that pass one by one. */
const SINGLE_MAX = 1_000;
/** Characters of a piece after them. */
const PIECE_CHARACTERS = 200;

/**
 * Limits the number of deltas of a text: passes the first 1,000 on as they come, and joins later ones into pieces of at
 * least 200 characters. Each delta is stored and sent as an event of its own, so the events of a model that writes
 * letter by letter would otherwise be many times as large as its text.
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

  /** Returns the text that was not passed on yet, at the end of the text. */
  flush(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }
}
