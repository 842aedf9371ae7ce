import { ANSWER_BYTES_MAX, cutToJsonBytes, jsonBytes } from "../bounds.ts";
import type { AnswerEvent, CallPiece } from "./answer-request.ts";
import { SpaceKeeper } from "./space-keeper.ts";

/** An output of an answer: a piece of its text or reasoning, a refusal, or a function call or a piece of one. */
export type Output =
  | Extract<AnswerEvent, { type: "text" | "refusal" | "function_call" | `reasoning${string}` }>
  | CallPiece;

/**
 * The room that an answer has for its outputs: `ANSWER_BYTES_MAX` bytes as JSON. Text without citations is cut to what is
 * left, another output fits whole or not. White space at the end of a message takes no room.
 */
export class OutputRoom {
  readonly #space = new SpaceKeeper();
  #bytes = 0;
  #isFull = false;

  /** True when an output did not fit. Nothing fits after it. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Takes an output in. Returns what is left of it; null if that is nothing. */
  add(whole: Output): Output | null {
    const trimmed = this.#trim(whole);
    return trimmed && this.#fit(trimmed);
  }

  /** Drops the white space that waits for more text. Called when it would be the beginning of the answer. */
  dropSpace(): void {
    this.#space.drop();
  }

  /** Returns a function that resets this object to its present state. Used when a model call fails and is repeated. */
  mark(): () => void {
    const [bytes, isFull, resetSpace] = [this.#bytes, this.#isFull, this.#space.mark()];
    return () => {
      resetSpace();
      this.#bytes = bytes;
      this.#isFull = isFull;
    };
  }

  #trim(output: Output): Output | null {
    if (output.type === "text") {
      const text = this.#space.push(output.text);
      return text === "" ? null : { ...output, text };
    }
    if (output.type !== "refusal") return output;
    const text = output.text.trimEnd();
    return text === "" ? null : { ...output, text };
  }

  #fit(output: Output): Output | null {
    if (this.#isFull) return null;
    const bytes = jsonBytes(output.type === "function_call_delta" ? output.delta : output);
    const left = ANSWER_BYTES_MAX - this.#bytes;
    if (bytes <= left) {
      this.#bytes += bytes;
      return output;
    }
    this.#isFull = true;
    if (output.type !== "text" || output.citations.length > 0) return null;
    const room = left - (bytes - jsonBytes(output.text)) - 2;
    const text = cutToJsonBytes(output.text, room).trimEnd();
    return text === "" ? null : { ...output, text };
  }
}
