/** Reads a predefined character map (CMap) of PDF.js by the name of its file, such as `UniJIS-UCS2-H.bcmap`. */
export type ReadCharacterMap = (filename: string) => Promise<Uint8Array>;

/** A request of PDF.js for a file: its kind and its name. */
type Asked = { readonly kind: string; readonly filename: string };

/**
 * Gives PDF.js the character maps of Chinese, Japanese and Korean fonts that a PDF file names but does not contain. The
 * library leaves out the text of a font whose map it cannot get, without an error. So the error is kept in `failure` for
 * the caller to throw: then the file is tried again, and not indexed without that text.
 */
export class CharacterMaps {
  failure: unknown = null;
  readonly #read: ReadCharacterMap;

  constructor(read: ReadCharacterMap) {
    this.#read = read;
  }

  /** A class of which PDF.js makes the object that it asks for files. */
  get factory() {
    const fetchMap = this.#fetch;
    return class {
      readonly fetch = fetchMap;
    };
  }

  readonly #fetch = async ({ kind, filename }: Asked): Promise<Uint8Array> => {
    // Fonts and decoders of images are for drawing.
    if (kind !== "cMapUrl") throw new Error(`${filename} is not needed for text`);
    try {
      return await this.#read(filename);
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
  };
}
