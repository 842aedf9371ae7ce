/** Characters that are kept of the body to find headers that are in two chunks. A part's headers have 16 KB at most. */
const TAIL_LENGTH = 16 * 1024;

/** The headers of the part, as far as they are of interest. */
type Found = { readonly contentType: string; readonly isNameExtended: boolean };

/**
 * Finds what the parser of multipart bodies drops of the headers of the part `file`: the parameters of its content type,
 * of which the charset is one, and how its name was written. Sees the chunks of the body before the parser does.
 */
export class PartHeaders {
  readonly #parts: RegExp | null;
  #tail = "";
  #found: Found | null = null;

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
  get contentType(): string {
    return this.#found?.contentType ?? "";
  }

  /** True if the name of the file is in `filename*` of RFC 5987, which the parser has decoded. */
  get isNameExtended(): boolean {
    return this.#found?.isNameExtended ?? false;
  }

  /** Reads the next chunk of the body, until the headers of the part are found. */
  see(chunk: Uint8Array): void {
    if (this.#found !== null || !this.#parts) return;
    const text = this.#tail + new TextDecoder("latin1").decode(chunk);
    for (const [, headers = ""] of text.matchAll(this.#parts)) {
      const disposition = /^content-disposition:[^\r\n]*;\s*name="?file"?\s*(?=;|\r)[^\r\n]*/im;
      const [line] = disposition.exec(headers) ?? [];
      if (line === undefined) continue;
      this.#found = {
        contentType: /^content-type:[ \t]*([^\r\n]*)/im.exec(headers)?.[1]?.trim() ?? "",
        isNameExtended: /;\s*filename\*\s*=/i.test(line),
      };
      this.#tail = "";
      return;
    }
    this.#tail = text.slice(-TAIL_LENGTH);
  }
}
