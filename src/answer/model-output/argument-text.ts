import { isSurrogate, JSON_ESCAPE, PARTIAL_ESCAPE, REPLACEMENT_ESCAPE } from "../../surrogates.ts";
import { CleanText } from "./clean-text.ts";

/**
 * The arguments of a call as a model sends them, in deltas: clean JSON text, in which halves of characters are replaced
 * and NUL is left out, also where they are written as escapes. Arguments without any character are `{}`.
 */
export class ArgumentText {
  readonly #clean = new CleanText();
  #held = "";
  #isBlank = true;

  /** Adds a delta and returns the text that can be passed on: an escape that is not complete waits for more. */
  push(delta: string): string {
    const text = this.#held + this.#clean.push(delta);
    const half = /[\ud800-\udbff]$/.test(text) ? 1 : 0;
    const length = text.length - (half || (PARTIAL_ESCAPE.exec(text)?.[1]?.length ?? 0));
    this.#held = text.slice(length);
    return this.#pass(text.slice(0, length));
  }

  /** Returns the rest at the end of the arguments. */
  flush(): string {
    const rest = this.#pass(this.#held);
    this.#held = "";
    return this.#isBlank ? "{}" : rest;
  }

  #pass(text: string): string {
    if (this.#isBlank && text.trim() === "") return "";
    this.#isBlank = false;
    return text.toWellFormed().replaceAll(JSON_ESCAPE, replaceEscape);
  }
}

/** Cleans arguments that arrive as a whole. */
export function cleanArguments(whole: string): string {
  const text = new ArgumentText();
  return text.push(whole) + text.flush();
}

function replaceEscape(escape: string, _pair?: string, code?: string): string {
  if (code === undefined) return escape;
  const value = Number.parseInt(code, 16);
  if (value === 0) return "";
  return isSurrogate(value) ? REPLACEMENT_ESCAPE : escape;
}
