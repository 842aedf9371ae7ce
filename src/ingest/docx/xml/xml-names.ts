/** The prefixes under which the elements of Word files are known, by the end of their namespace. */
const PREFIXES: readonly (readonly [namespace: RegExp, prefix: string])[] = [
  [/wordprocessingml(?:\/2006)?\/main$/, "w"],
  [/officeDocument(?:\/2006)?\/math$/, "m"],
  [/officeDocument(?:\/2006)?\/relationships$/, "r"],
  [/drawingml(?:\/2006)?\/wordprocessingDrawing$/, "wp"],
  [/drawingml(?:\/2006)?\/main$/, "a"],
  [/drawingml(?:\/2006)?\/chart$/, "c"],
  [/drawing\/2014\/chartex$/, "cx"],
  [/drawingml(?:\/2006)?\/diagram$/, "dgm"],
  [/markup-compatibility\/2006$/, "mc"],
  [/office\/word\/2010\/wordml$/, "w14"],
  [/schemas-microsoft-com:vml$/, "v"],
  [/schemas-microsoft-com:office:office$/, "o"],
];

/**
 * Gives the names of elements and attributes the prefixes that Word uses, whatever prefixes a file declares: "w:p" for
 * `<p xmlns="…/wordprocessingml/2006/main">`.
 */
export class XmlNames {
  readonly #prefixes = new Map<string, string>();
  readonly #names = new Map<string, string>();

  /** Notes the declaration of a prefix; "" for the default namespace. */
  declare(prefix: string, namespace: string): void {
    const known = PREFIXES.find(([pattern]) => pattern.test(namespace))?.[1];
    this.#prefixes.set(prefix, known ?? prefix);
    this.#names.clear();
  }

  /** Returns the name with Word's prefix. */
  resolve(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const colon = name.indexOf(":");
    const prefix = colon < 0 ? "" : name.slice(0, colon);
    const mapped = this.#prefixes.get(prefix) ?? prefix;
    const local = colon < 0 ? name : name.slice(colon + 1);
    const resolved = mapped === "" ? local : `${mapped}:${local}`;
    if (this.#names.size < NAMES_MAX) this.#names.set(name, resolved);
    return resolved;
  }
}

const NAMES_MAX = 5_000;
