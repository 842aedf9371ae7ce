import {
  isArray,
  isDict,
  type PdfDict,
  type PdfValue,
  readName,
  readRef,
} from "./parse-pdf-value.ts";

/** A stream object: its dictionary, and where its bytes begin and end in the file. */
export type PdfStream = {
  /** Null when the number cannot be read. */
  readonly number: number;
  readonly generation: number;
  readonly dict: PdfDict;
  /** The first byte after the line of the keyword `stream`. */
  readonly start: number;
};

/** A value that the measuring follows. */
export type PdfObject = PdfValue | PdfStream;

/** Detects a stream. */
export const isStream = (object: PdfObject): object is PdfStream =>
  typeof object === "object" && object !== null && "start" in object;

/** A reference to a reference is followed this often. */
const LINKS_MAX = 8;

/**
 * The objects of a file by their numbers. A number may have several objects, of several versions of the file or made to
 * deceive; all of them count, because which one the PDF library sees is not known here.
 */
export class PdfObjects {
  readonly streams: PdfStream[] = [];
  readonly pages: { readonly number: number | null; readonly dict: PdfDict }[] = [];
  /** The number of fonts that use an object as their font program, by the object's number. */
  readonly fontPrograms = new Map<number, number>();
  /** The number of fonts that use an object as their map of character codes, by the object's number. */
  readonly codeMaps = new Map<number, number>();
  /** The number of nodes of page trees. */
  nodes = 0;
  /** Dictionaries from whose numbers the PDF library counts. */
  readonly counting: PdfDict[] = [];
  readonly #objects = new Map<number, PdfObject[]>();

  /** Adds an object. Values that nothing refers to for work, such as the structure of tagged text, are not kept. */
  add(number: number, object: PdfObject): void {
    if (isStream(object)) this.streams.push(object);
    else if (!isFollowed(object)) return;
    const objects = this.#objects.get(number);
    if (objects) objects.push(object);
    else this.#objects.set(number, [object]);
  }

  /** Returns all objects that a value may stand for: itself, or those that it refers to. */
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

  /** Returns the dictionaries that a value may stand for. */
  resolveDicts(value: PdfValue | undefined): PdfDict[] {
    return this.resolve(value).flatMap((object) =>
      !isStream(object) && isDict(object) ? [object] : [],
    );
  }

  /** Returns the numbers that a value may stand for. */
  resolveNumbers(value: PdfValue | undefined): number[] {
    return this.resolve(value).filter((object) => typeof object === "number");
  }
}

/** Entries of pages, of resources and of encryption. */
const FOLLOWED = ["Contents", "Kids", "Resources", "XObject", "CFM", "CF", "U"];

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
