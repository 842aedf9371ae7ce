import { formatSubscript, group } from "./scripts.ts";

/** The linear text of a part of an equation, with the name of its element. */
type Part = { readonly name: string; readonly text: string };
type Frame = {
  readonly name: string;
  readonly attribute: (name: string) => string;
  readonly parts: Part[];
};

/** Deeper parts of an equation are written as text in a row. */
const DEPTH_MAX = 200;
/** A longer equation is none: its text is written as it is, since each level of it is looked at again. */
const LENGTH_MAX = 10_000;
/** Signs that compare two sides, which are written apart from both. */
const RELATION = / ?([=≠≈≡≤≥<>∈→⇒±×÷]) ?/g;
const SPACES = /\s+/g;
// oxlint-disable-next-line no-control-regex -- it encloses what no text has
const PROPERTY = /\u0000[^\u0000]*\u0000/g;
/** Signs whose limits stand under and over them, or beside. */
const OPERATOR = /^\s*(?:[∑∏∐∫∬∭∮⋃⋂⋁⋀]|lim|max|min|sup|inf)\s*$/u;

/**
 * Writes an equation as linear text: "a/b", "√x", "x^2", "∑_(i=1)^n i". Reads MathML as well as the equations of Word
 * (OMML), from calls for the start and end of each element; names come without their prefix.
 */
export class LinearMath {
  readonly #frames: Frame[] = [{ name: "", attribute: () => "", parts: [] }];
  #deeper = 0;
  #length = 0;

  /**
   * Returns the text so far if there is more of it than an equation has, and forgets it; "" otherwise. Called after each
   * `open` and `text`.
   */
  takeLong(): string {
    if (this.#length <= LENGTH_MAX) return "";
    const text = this.#frames.map(({ parts }) => join(parts)).join("");
    this.#length = 0;
    this.#frames.length = 1;
    this.#top.parts.length = 0;
    return text.replaceAll(PROPERTY, "");
  }

  /** Begins an element. `attribute` reads one of its attributes; "" if it is missing. */
  open(name: string, attribute: (name: string) => string): void {
    this.#length++;
    if (this.#frames.length > DEPTH_MAX) this.#deeper++;
    else this.#frames.push({ name, attribute, parts: [] });
  }

  /** Adds text to the open element. */
  text(text: string): void {
    this.#length += text.length;
    this.#top.parts.push({ name: "#text", text });
  }

  /** Ends the open element. */
  close(): void {
    if (this.#deeper > 0) {
      this.#deeper--;
      return;
    }
    if (this.#frames.length < 2) return;
    const frame = this.#top;
    this.#frames.pop();
    this.#top.parts.push({ name: frame.name, text: writeElement(frame) });
  }

  /** Returns the equation as text. */
  finish(): string {
    while (this.#frames.length > 1) this.close();
    return join(this.#top.parts)
      .replaceAll(SPACES, " ")
      .replaceAll(RELATION, " $1 ")
      .replaceAll(SPACES, " ")
      .replaceAll(/([([{]) | (?=[)\]},;])/g, "$1")
      .trim();
  }

  get #top(): Frame {
    const [root] = this.#frames;
    const top = this.#frames.at(-1) ?? root;
    if (!top) throw new Error("An equation has a root");
    return top;
  }
}

const join = (parts: readonly Part[]) => parts.map(({ text }) => text).join("");

/** Writes an element of MathML or OMML from its parts. */
function writeElement(frame: Frame): string {
  const rule = RULES.get(frame.name);
  return rule ? rule(readParts(frame), frame) : join(frame.parts);
}

/** The parts of an element: those of OMML by name, those of MathML by place. */
type Parts = {
  readonly all: readonly Part[];
  at(name: string, index: number): string;
  /** The text of the `…Pr` element of OMML that has the properties. */
  property(name: string): string;
};

function readParts({ name, parts, attribute }: Frame): Parts {
  const all = parts.filter((part) => part.name !== "#text" || part.text.trim() !== "");
  const isWord = all.some((part) => WORD_PARTS.has(part.name));
  const own = all.filter((part) => !part.name.endsWith("Pr"));
  const properties = all.find((part) => part.name === `${name}Pr`)?.text ?? "";
  return {
    all: own,
    at: (part, index) =>
      isWord ? (own.find((one) => one.name === part)?.text ?? "") : (own[index]?.text ?? ""),
    property: (wanted) => {
      const found = new RegExp(`\u0000${wanted}=([^\u0000]*)\u0000`).exec(properties);
      return found ? (found[1] ?? "") : attribute(wanted);
    },
  };
}

const WORD_PARTS = new Set(["e", "num", "den", "sup", "sub", "deg", "fName", "lim", "mr"]);

type Rule = (parts: Parts, frame: Frame) => string;

const power = (base: string, raised: string) => (raised === "" ? base : `${base}^${group(raised)}`);
const index = (base: string, lowered: string) => base + formatSubscript(lowered, base || "x");
const fraction: Rule = (parts) => `${group(parts.at("num", 0))}/${group(parts.at("den", 1))}`;
const superscript: Rule = (parts) => power(atom(parts.at("e", 0)), parts.at("sup", 1));
const subscript: Rule = (parts) => lower(parts.at("e", 0), parts.at("sub", 1));
const both: Rule = (parts) => {
  const [base, low, high] = [parts.at("e", 0), parts.at("sub", 1), parts.at("sup", 2)];
  return OPERATOR.test(base) ? limits(base, low, high) : power(index(base, low), high);
};
const lower = (base: string, low: string) =>
  OPERATOR.test(base) ? limits(base, low, "") : index(base, low);
const squareRoot: Rule = ({ all }) => `√${group(join(all))}`;
const atom = (base: string) => (/[+\-−/ ]/.test(base) ? group(base) : base);

function writeRoot(base: string, degree: string): string {
  if (degree === "" || degree === "2") return `√${group(base)}`;
  if (degree === "3") return `∛${group(base)}`;
  return degree === "4" ? `∜${group(base)}` : `${group(base)}^(1/${group(degree)})`;
}

/** Writes what stands under and over a sign as its index and its power: ∑_(i=1)^n. */
function limits(sign: string, under: string, high: string): string {
  const base = sign.trim();
  // An accent belongs to its letter: x̂.
  if (under === "" && /^[^\p{L}\p{N}\s]$/u.test(high)) return base + high;
  const low = under === "" ? "" : `_${group(under)}`;
  return `${base}${low}${high === "" ? "" : `^${group(high)}`} `;
}

const nary: Rule = (parts) => {
  const sign = limits(parts.property("chr") || "∫", parts.at("sub", 0), parts.at("sup", 1));
  return sign + parts.at("e", 2);
};

const delimited: Rule = (parts) => {
  const inner = parts.all.map(({ text }) => text).join(parts.property("sepChr") || ", ");
  return `${parts.property("begChr") || "("}${inner}${parts.property("endChr") || ")"}`;
};

const applied: Rule = (parts) => {
  const argument = parts.at("e", 1);
  return `${parts.at("fName", 0)}${argument.startsWith("(") ? "" : " "}${argument}`;
};

const rows: Rule = ({ all }) => `[${all.map(({ text }) => text).join("; ")}]`;
const row: Rule = ({ all }) => all.map(({ text }) => text).join(", ");
const nothing: Rule = () => "";
const over: Rule = (parts) => {
  const base = parts.at("e", 0);
  const accent = parts.property("chr");
  return Array.from(base).length === 1 && accent !== "" ? base + accent : base;
};

/** Hands a property of OMML (`<m:chr m:val="∑"/>`) to the element whose properties it is among. */
const property: Rule = (_parts, { name, attribute }) => `\u0000${name}=${attribute("val")}\u0000`;

const RULES: ReadonlyMap<string, Rule> = new Map(
  Object.entries({
    mfrac: fraction,
    f: fraction,
    msup: superscript,
    sSup: superscript,
    msub: subscript,
    sSub: subscript,
    msubsup: both,
    sSubSup: both,
    sPre: (parts) => power(index("", parts.at("sub", 0)), parts.at("sup", 1)) + parts.at("e", 2),
    msqrt: squareRoot,
    mroot: (parts) => writeRoot(parts.at("e", 0), parts.at("deg", 1)),
    rad: (parts) => writeRoot(parts.at("e", 1), parts.at("deg", 0)),
    munder: (parts) => limits(parts.at("e", 0), parts.at("lim", 1), ""),
    mover: (parts) => limits(parts.at("e", 0), "", parts.at("lim", 1)),
    munderover: (parts) => limits(parts.at("e", 0), parts.at("sub", 1), parts.at("sup", 2)),
    limLow: (parts) => limits(parts.at("e", 0), parts.at("lim", 1), ""),
    limUpp: (parts) => limits(parts.at("e", 0), "", parts.at("lim", 1)),
    nary,
    d: delimited,
    mfenced: (parts, { attribute }) =>
      `${attribute("open") || "("}${row(parts, EMPTY)}${attribute("close") || ")"}`,
    func: applied,
    m: rows,
    mtable: rows,
    eqArr: (parts) => parts.all.map(({ text }) => text).join("; "),
    mr: row,
    mtr: row,
    acc: over,
    bar: over,
    chr: property,
    begChr: property,
    endChr: property,
    sepChr: property,
    annotation: nothing,
    "annotation-xml": nothing,
    mphantom: nothing,
    mspace: () => " ",
    ctrlPr: nothing,
    rPr: nothing,
  } satisfies Readonly<Record<string, Rule>>),
);

const EMPTY: Frame = { name: "", attribute: () => "", parts: [] };
