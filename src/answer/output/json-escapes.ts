import { isSurrogate, JSON_ESCAPE, PARTIAL_ESCAPE, REPLACEMENT_ESCAPE } from "../../surrogates.ts";

/** Decodes the escapes in a JSON text that need none, such as `\\/` and `\\u0021`. Lone surrogates become U+FFFD. */
export class JsonEscapes {
  #buffer = "";

  /** Adds text and returns what is decoded. An escape that is not complete waits for more text. */
  push(text: string): string {
    this.#buffer += text;
    const held = PARTIAL_ESCAPE.exec(this.#buffer)?.[1]?.length ?? 0;
    return this.#take(this.#buffer.length - held);
  }

  /** Returns the rest at the end of the text. */
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
