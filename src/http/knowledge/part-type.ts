/** Characters that are kept of the body to find headers that are in two chunks. A part's headers have 16 KB at most. */
const TAIL_LENGTH = 16 * 1024;

/**
 * Finds the content type of the part `file` of a multipart body, with its parameters: the parser of multipart bodies
 * drops them, and the charset is one. Sees the chunks of the body before the parser does.
 */
export class PartType {
  readonly #parts: RegExp | null;
  #tail = "";
  #found: string | null = null;

  /** `contentType` is that of the whole body, which names the boundary of its parts. */
  constructor(contentType: string) {
    const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
    const boundary = (quoted ?? bare ?? "").replaceAll(/\W/g, String.raw`\$&`);
    this.#parts =
      boundary === ""
        ? null
        : new RegExp(String.raw`(?:^|\r\n)--${boundary}[ \t]*\r\n((?:[^\r\n]+\r\n)*)\r\n`, "g");
  }

  /** The content type of the part; "" if it has none, or if its headers have not been seen yet. */
  get value(): string {
    return this.#found ?? "";
  }

  /** Reads the next chunk of the body, until the headers of the part are found. */
  see(chunk: Uint8Array): void {
    if (this.#found !== null || !this.#parts) return;
    const text = this.#tail + new TextDecoder("latin1").decode(chunk);
    for (const [, headers = ""] of text.matchAll(this.#parts)) {
      if (!/^content-disposition:[^\r\n]*;\s*name="?file"?\s*(?:;|\r)/im.test(headers)) continue;
      this.#found = /^content-type:[ \t]*([^\r\n]*)/im.exec(headers)?.[1]?.trim() ?? "";
      this.#tail = "";
      return;
    }
    this.#tail = text.slice(-TAIL_LENGTH);
  }
}
