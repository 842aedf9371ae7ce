import type { Buffer } from "node:buffer";

import { PDF_OBJECT_BYTES_MAX } from "../../extract-limits.ts";
import { giveTurn, type Sliced } from "../../slices.ts";
import {
  isArray,
  isDict,
  type PdfDict,
  PdfParser,
  PdfSyntaxError,
  type PdfValue,
  readName,
  readRef,
} from "./parse-pdf-value.ts";
import { PdfObjects } from "./pdf-objects.ts";

/** The objects of a PDF file, and the dictionaries of its trailers. */
export type PdfReading = {
  readonly objects: PdfObjects;
  readonly trailers: readonly PdfDict[];
};

/**
 * Reads every object of a PDF file that is not inside a compressed object stream. An object is read at each keyword
 * `obj`, wherever it occurs, since the PDF library may start to read at any of them. Streams without text, such as
 * images, are overwritten in `file`, so that the library does not see them. Returns null if the objects overlap so much
 * that reading them is too much work.
 */
export async function readPdfObjects(file: Buffer): Promise<PdfReading | null> {
  const reader = new ObjectReader(file);
  const trailers: PdfDict[] = [];
  for (const word of ["obj", "trailer"] as const) {
    for (let at = file.indexOf(word); at >= 0; at = file.indexOf(word, at + 1)) {
      if (reader.isTooMuch) return null;
      if (reader.needsTurn()) await giveTurn();
      const work = word === "obj" ? reader.readObject(at) : reader.readTrailer(at + word.length);
      let step = work.next();
      // Most objects are read without a pause, so that waiting for each would cost more than to read it.
      for (; !step.done; step = work.next()) await giveTurn();
      if (step.value) trailers.push(step.value);
    }
  }
  const { objects } = reader;
  for (const { dict } of objects.streams)
    if (readName(dict.get("Type")) === "XRef") trailers.push(dict);
  return { objects, trailers };
}

/** Bytes that are parsed in about 10 ms. */
const BYTES_A_SLICE = 200_000;
/** Keywords that are looked at in about 10 ms. */
const KEYWORDS_A_SLICE = 5_000;
/** Bytes before the keyword `obj` in which its numbers are looked for. */
const HEADER_LENGTH = 64;

type Parsed = {
  readonly value: PdfValue;
  /** True if the keyword `stream` follows. */
  readonly isStream: boolean;
  readonly position: number;
};

class ObjectReader {
  readonly objects = new PdfObjects();
  readonly finder = new DictFinder(this.objects);
  readonly #file: Buffer;
  readonly #bytesMax: number;
  #bytes = 0;
  #slice = 0;
  #keywords = 0;

  constructor(file: Buffer) {
    this.#file = file;
    this.#bytesMax = 4 * file.length + PDF_OBJECT_BYTES_MAX;
  }

  /** True when more bytes were parsed than a file of this size needs. */
  get isTooMuch(): boolean {
    return this.#bytes > this.#bytesMax || this.finder.isUnnumbered;
  }

  /** Returns true once for each slice of work. */
  needsTurn(): boolean {
    const isDue = this.#bytes - this.#slice > BYTES_A_SLICE;
    if (isDue) this.#slice = this.#bytes;
    return ++this.#keywords % KEYWORDS_A_SLICE === 0 || isDue;
  }

  /** Reads the object whose keyword `obj` is at a position, and hides a stream without text from the library. */
  *readObject(at: number): Sliced<undefined> {
    if (this.#file.toString("latin1", Math.max(0, at - 3), at) === "end") return;
    const before = this.#file.toString("latin1", Math.max(0, at - HEADER_LENGTH), at);
    const header = /(\d+)\s+(\d+)\s*$/.exec(before);
    this.finder.number = header ? Number(header[1]) : null;
    const parsed = yield* this.#parse(at + "obj".length);
    if (parsed === undefined) return;
    if (!header) {
      // A word of a text or of an image, unless a dictionary follows it.
      if (isDict(parsed.value)) this.finder.isUnnumbered = true;
      return;
    }
    const [number, generation] = [Number(header[1]), Number(header[2])];
    const { value: dict, isStream, position } = parsed;
    if (!isDict(dict) || !isStream) {
      this.objects.add(number, dict);
      return;
    }
    const stream = { number, generation, dict, start: this.#skipLine(position) };
    if (hasNoText(dict)) this.#overwrite(stream.start, dict);
    else this.objects.add(number, stream);
  }

  /** Reads the dictionary of a trailer; undefined if it cannot be parsed. */
  *readTrailer(at: number): Sliced<PdfDict | undefined> {
    this.finder.number = null;
    const parsed = yield* this.#parse(at);
    return isDict(parsed?.value) ? parsed.value : undefined;
  }

  /** Undefined for what cannot be parsed; the library cannot read it either. */
  *#parse(at: number): Sliced<Parsed | undefined> {
    const end = Math.min(this.#file.length, at + PDF_OBJECT_BYTES_MAX);
    const parser = new PdfParser(this.#file, at, end, this.finder.add);
    try {
      const value = yield* parser.readInSlices();
      return { value, isStream: parser.skipKeyword("stream"), position: parser.position };
    } catch (error) {
      if (!(error instanceof PdfSyntaxError)) throw error;
      // The library reads on where this reading stops.
      if (parser.position >= end && end < this.#file.length) this.#bytes = Infinity;
      return undefined;
    } finally {
      this.#bytes += parser.position - at;
    }
  }

  #skipLine(from: number): number {
    let at = from;
    while (at < this.#file.length && this.#file[at] !== 10 && this.#file[at] !== 13) at++;
    return at + (this.#file[at] === 13 && this.#file[at + 1] === 10 ? 2 : 1);
  }

  #overwrite(start: number, dict: PdfDict): void {
    this.#file.fill(
      0,
      start,
      findEnd(this.#file, start, this.objects.resolveNumbers(dict.get("Length"))),
    );
  }
}

/**
 * Finds the end of a stream's bytes in a PDF file as the PDF library does. `lengths` are the values that the stream's
 * `Length` may have: the stream ends after one of these numbers of bytes if "endstream" follows there, otherwise before
 * the next "endstream".
 */
export function findEnd(file: Buffer, start: number, lengths: readonly number[]): number {
  for (const length of lengths.toSorted((a, b) => b - a)) {
    const after = file.toString("latin1", start + length, start + length + 20);
    if (length > 0 && /^\s*endstream/.test(after)) return start + length;
  }
  const end = file.indexOf("endstream", start);
  return end < 0 ? file.length : end;
}

const IMAGE_FILTERS = /^(?:DCT|JPX|CCITTFax|CCF|JBIG2)(?:Decode)?$/;
const TYPES_WITHOUT_TEXT: readonly (string | null)[] = ["EmbeddedFile", "Metadata"];

/** Detects images, attached files and metadata. */
function hasNoText(dict: PdfDict): boolean {
  if (readName(dict.get("Subtype")) === "Image") return true;
  if (TYPES_WITHOUT_TEXT.includes(readName(dict.get("Type")))) return true;
  const filter = dict.get("F") ?? dict.get("Filter");
  const filters = isArray(filter) ? filter : [filter];
  return filters.some((name) => IMAGE_FILTERS.test(readName(name) ?? ""));
}

const FONT_PROGRAMS = ["FontFile", "FontFile2", "FontFile3"];
const CODE_MAPS = ["ToUnicode", "Encoding", "UseCMap"];

function addUse(uses: Map<number, number>, number: number | null): void {
  if (number !== null) uses.set(number, (uses.get(number) ?? 0) + 1);
}

/** Entries from which the library counts codes of a font, or objects of a file. */
const COUNTS = ["W", "W2", "LastChar"];

/**
 * Examines every dictionary of a PDF file, including those inside others, and records the fonts, pages and character
 * maps, which make work for the PDF library.
 */
export class DictFinder {
  /** The number of the object that is being read; null if it has none. */
  number: number | null = null;
  isUnnumbered = false;
  readonly #objects: PdfObjects;

  constructor(objects: PdfObjects) {
    this.#objects = objects;
  }

  readonly add = (dict: PdfDict): void => {
    const contents = dict.get("Contents");
    const hasContents = contents !== undefined && (isArray(contents) || readRef(contents) !== null);
    if (hasContents || dict.has("Annots")) {
      this.#objects.pages.push({ number: this.number, dict });
    }
    const kids = dict.get("Kids");
    if (kids !== undefined) this.#objects.nodes++;
    this.#addAnnotations(dict);
    this.#addFont(dict);
    for (const key of FONT_PROGRAMS) addUse(this.#objects.fontPrograms, readRef(dict.get(key)));
    for (const key of CODE_MAPS) addUse(this.#objects.codeMaps, readRef(dict.get(key)));
    if (COUNTS.some((key) => dict.has(key))) this.#objects.counting.push(dict);
  };

  #addAnnotations(dict: PdfDict): void {
    // The pages below a node of the page tree would all have the same annotations.
    if (dict.has("Annots") && dict.has("Kids")) this.#objects.hasSharedAnnotations = true;
    for (const key of ["Annots", "Fields"]) {
      const list = dict.get(key);
      if (list !== undefined) this.#objects.annotationLists.push(list);
    }
    const kids = dict.get("Kids");
    if (kids !== undefined && !dict.has("Count")) this.#objects.annotationLists.push(kids);
    const appearance = dict.get("AP");
    if (appearance !== undefined) this.#objects.appearances.push(appearance);
  }

  #addFont(dict: PdfDict): void {
    const subtype = readName(dict.get("Subtype"));
    if (subtype === "Type0") this.#objects.compositeFonts.push(dict);
    const ordering = dict.get("Ordering");
    // An encrypted name counts as one.
    if (ordering !== undefined && !isIdentity(ordering)) {
      this.#objects.hasCjkCollections = true;
    }
    const isFont = subtype === "Type0" || SIMPLE_FONTS.includes(subtype);
    if (isFont && isUnmapped(dict)) this.#objects.hasUnmappedFonts = true;
  }
}

const SIMPLE_FONTS: readonly (string | null)[] = ["Type1", "MMType1", "TrueType", "Type3"];
const NAMED_ENCODINGS = /^(?:WinAnsi|MacRoman|MacExpert|Standard)Encoding$/;

/** Fonts of the library's own have a mapping; they have no descriptor. */
function isUnmapped(font: PdfDict): boolean {
  if (font.has("ToUnicode")) return false;
  const encoding = readName(font.get("Encoding"));
  if (readName(font.get("Subtype")) === "Type0") {
    return encoding === null || encoding.startsWith("Identity-");
  }
  const isEmbedded = font.has("FontDescriptor") || readName(font.get("Subtype")) === "Type3";
  return isEmbedded && !NAMED_ENCODINGS.test(encoding ?? "");
}

/** The collection of a font whose characters are those of its own program. */
const isIdentity = (ordering: PdfValue) =>
  typeof ordering === "object" &&
  ordering !== null &&
  "text" in ordering &&
  new TextDecoder().decode(ordering.text) === "Identity";
