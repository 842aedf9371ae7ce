import { isSurrogate, JSON_ESCAPE, REPLACEMENT_ESCAPE } from "../../surrogates.ts";

/**
 * Rewrites streamed JSON text so that only characters that must be escaped are: `\\/` and `\\u0021` become `/` and `!`.
 * Lone surrogates become U+FFFD. Links are then found as clients will see them.
 */
export class JsonEscapes {
  #buffer = "";

  /** Adds text and returns the rewritten text so far. An incomplete escape at the end is kept for the next call. */
  push(text: string): string {
    this.#buffer += text;
    const held = PARTIAL.exec(this.#buffer)?.[1]?.length ?? 0;
    return this.#take(this.#buffer.length - held);
  }

  /** Returns the kept rest at the end of the text. */
  flush(): string {
    return this.#take(this.#buffer.length);
  }

  #take(length: number): string {
    const taken = this.#buffer.slice(0, length);
    this.#buffer = this.#buffer.slice(length);
    return taken.replaceAll(JSON_ESCAPE, (escape: string, pair?: string, code?: string) => {
      if (pair !== undefined) return escape;
      if (code === undefined) return escape === "\\/" ? "/" : escape;
      const value = Number.parseInt(code, 16);
      if (isSurrogate(value)) return REPLACEMENT_ESCAPE;
      const isPlain = value >= 0x20 && value < 0x7f && value !== 0x22 && value !== 0x5c;
      return isPlain ? String.fromCharCode(value) : escape;
    });
  }
}

/** The end of a text in which an escape, or the second half of a pair of them, may be missing. */
const PARTIAL = /(?<!\\)(?:\\\\)*((?:\\u[dD][89abAB][\da-fA-F]{2})?(?:\\(?:u[\da-fA-F]{0,3})?)?)$/;
