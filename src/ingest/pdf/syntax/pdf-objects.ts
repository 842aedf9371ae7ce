import {
  isArray,
  isDict,
  type PdfDict,
  type PdfValue,
  readName,
  readRef,
} from "./parse-pdf-value.ts";

/** A stream object of a PDF file: its number, its dictionary, and the position of its bytes in the file. */
export type PdfStream = {
  /** The object's number. */
  readonly number: number;
  readonly generation: number;
  readonly dict: PdfDict;
  /** Index in the file of the stream's first byte, after the line with the keyword `stream`. */
  readonly start: number;
};

/** An object of a PDF file: a value, or a stream. */
export type PdfObject = PdfValue | PdfStream;

/** Tests whether an object is a stream. */
export const isStream = (object: PdfObject): object is PdfStream =>
  typeof object === "object" && object !== null && "start" in object;

/** A reference to a reference is followed this often. */
const LINKS_MAX = 8;

/**
 * Collects the objects of a PDF file by their numbers, to measure the work that they make for the PDF library. Several
 * objects can have the same number: older versions of an object, or objects made to deceive. All of them are kept and
 * measured, because it is not known at this point which one the PDF library will use.
 */
export class PdfObjects {
  readonly streams: PdfStream[] = [];
  readonly pages: { readonly number: number | null; readonly dict: PdfDict }[] = [];
  /** For each object that is a font program, by its number: how many fonts use it. */
  readonly fontPrograms = new Map<number, number>();
  /** For each object that is a font's character map, by its number: how many fonts use it. */
  readonly codeMaps = new Map<number, number>();
  /** The number of nodes in the file's page trees. */
  nodes = 0;
  /**
   * The dictionaries with numbers that decide how often a loop of the PDF library runs, such as the last character code
   * of a font.
   */
  readonly counting: PdfDict[] = [];
  /** The dictionaries of fonts that are made of other fonts, as those for Chinese, Japanese and Korean are. */
  readonly compositeFonts: PdfDict[] = [];
  /** True if a font has characters of a Chinese, Japanese or Korean collection. */
  hasCjkCollections = false;
  /** True if a font has neither a table of its letters nor an encoding by name. */
  hasUnmappedFonts = false;
  /** The values of `Annots` (annotations of a page), `Fields` (of a form) and `Kids` of fields. */
  readonly annotationLists: PdfValue[] = [];
  /** True if pages inherit annotations. */
  hasSharedAnnotations = false;
  /** The values of `AP`: the appearances of annotations. */
  readonly appearances: PdfValue[] = [];
  readonly #objects = new Map<number, PdfObject[]>();

  /**
   * Adds an object. Values that do not affect the work of the PDF library, such as the structure of tagged text, are
   * not kept.
   */
  add(number: number, object: PdfObject): void {
    if (isStream(object)) this.streams.push(object);
    else if (!isFollowed(object)) return;
    const objects = this.#objects.get(number);
    if (objects) objects.push(object);
    else this.#objects.set(number, [object]);
  }

  /**
   * Returns all objects that a value may stand for: the value itself or, if it is a reference, the objects with its
   * number. `links` counts the references followed so far.
   */
  resolve(value: PdfValue | undefined, links = 0): readonly PdfObject[] {
    if (value === undefined) return [];
    const ref = readRef(value);
    if (ref === null) return [value];
    const found = this.#objects.get(ref) ?? [];
    if (
      links > LINKS_MAX ||
      found.every((object) => isStream(object) || readRef(object) === null)
    ) {
      return found;
    }
    return found.flatMap((object) =>
      isStream(object) ? [object] : this.resolve(object, links + 1),
    );
  }

  /** Returns the dictionaries among the objects that a value may stand for (see `resolve`). */
  resolveDicts(value: PdfValue | undefined): PdfDict[] {
    return this.resolve(value).flatMap((object) =>
      !isStream(object) && isDict(object) ? [object] : [],
    );
  }

  /** Returns the numbers among the objects that a value may stand for (see `resolve`). */
  resolveNumbers(value: PdfValue | undefined): number[] {
    return this.resolve(value).filter((object) => typeof object === "number");
  }
}

/** Entries of pages, of resources, of encryption and of appearances. */
const FOLLOWED = ["Contents", "Kids", "Resources", "XObject", "CFM", "CF", "U", "N", "R", "D"];

function isFollowed(value: PdfValue): boolean {
  if (
    typeof value === "number" ||
    typeof value === "boolean" ||
    readName(value) !== null ||
    readRef(value) !== null
  )
    return true;
  if (isArray(value)) return true;
  if (!isDict(value)) return false;
  if (FOLLOWED.some((key) => value.has(key))) return true;
  for (const member of value.values()) if (readRef(member) === null) return false;
  return true;
}
