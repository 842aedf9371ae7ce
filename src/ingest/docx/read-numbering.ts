import { formatNumber, type NumberStyle } from "../markdown/list-labels.ts";
import type { Sliced } from "../slices.ts";
import { isOn, readXml, type XmlAttributes, type XmlHandler } from "./xml/read-xml.ts";

type Level = {
  start: number;
  style: NumberStyle;
  text: string;
  isLegal: boolean;
  restart: number | null;
  /** The id of the paragraph style whose paragraphs are of this level; "" for none. */
  paragraphStyle: string;
};
type Definition = { readonly levels: Map<number, Level>; styleLink: string; numStyle: string };
type Use = {
  definition: string;
  readonly starts: Map<number, number>;
  readonly levels: Map<number, Level>;
};

const STYLES = new Map<string, NumberStyle>([
  ["decimal", "decimal"],
  ["decimalZero", "decimal-leading-zero"],
  ["lowerLetter", "lower-doubled"],
  ["upperLetter", "upper-doubled"],
  ["lowerRoman", "lower-roman"],
  ["upperRoman", "upper-roman"],
  ["ordinal", "ordinal"],
  ["russianLower", "lower-russian"],
  ["russianUpper", "upper-russian"],
  ["chineseCounting", "chinese"],
  ["chineseCountingThousand", "chinese"],
  ["taiwaneseCounting", "chinese"],
  ["taiwaneseCountingThousand", "chinese"],
  ["japaneseCounting", "japanese"],
  ["ideographDigital", "han-digits"],
  ["japaneseDigitalTenThousand", "han-digits"],
  ["taiwaneseDigital", "han-digits"],
  ["ideographTraditional", "stems"],
  ["decimalEnclosedCircle", "circled"],
  ["decimalEnclosedCircleChinese", "circled"],
  ["bullet", "bullet"],
  ["none", "none"],
]);
const LEVELS_MAX = 9;

/**
 * The numbering definitions of a Word document. Counts the items of its lists, as Word does: a list goes on where it was
 * left, and a level begins again after an item of a higher one.
 */
export class WordNumbering {
  readonly #definitions: ReadonlyMap<string, Definition>;
  readonly #uses: ReadonlyMap<string, Use>;
  readonly #counts = new Map<string, (number | null)[]>();
  readonly #begun = new Set<string>();

  constructor(definitions: ReadonlyMap<string, Definition>, uses: ReadonlyMap<string, Use>) {
    this.#definitions = definitions;
    this.#uses = uses;
  }

  /** Counts an item of a list. Returns its label: "5.", "(b)", "2.1", "-" for a bullet, "" for none. */
  label(numId: string, level: number): string {
    const use = this.#uses.get(numId);
    if (!use) return "-";
    const own = this.#findLevel(use, level);
    const counts = this.#count(numId, use, level, own);
    if (own.style === "bullet") return "-";
    return own.text
      .replaceAll(/%([1-9])/g, (_, digit: string) => {
        const at = Number(digit) - 1;
        const other = this.#findLevel(use, at);
        const style = own.isLegal && other.style !== "none" ? "decimal" : other.style;
        return formatNumber(counts[at] ?? other.start, style);
      })
      .trim();
  }

  /** Returns the level of a list that is that of the paragraphs of a style; null if the list does not say. */
  findLevelOfStyle(numId: string, styleId: string): number | null {
    const use = this.#uses.get(numId);
    if (!use || styleId === "") return null;
    for (let level = 0; level < LEVELS_MAX; level++) {
      if (this.#findLevel(use, level).paragraphStyle === styleId) return level;
    }
    return null;
  }

  #count(numId: string, use: Use, level: number, own: Level): readonly (number | null)[] {
    const counts = this.#counts.get(use.definition) ?? [];
    this.#counts.set(use.definition, counts);
    const override = use.starts.get(level);
    const key = `${numId} ${level}`;
    // The first item of a list with a start of its own begins there; later ones go on.
    if (override !== undefined && !this.#begun.has(key)) counts[level] = null;
    this.#begun.add(key);
    const before = counts[level] ?? null;
    counts[level] = before === null ? (override ?? own.start) : before + 1;
    for (let deeper = level + 1; deeper < LEVELS_MAX; deeper++) {
      const { restart } = this.#findLevel(use, deeper);
      if (restart === null || (restart > 0 && level < restart)) counts[deeper] = null;
    }
    return counts;
  }

  #findLevel(use: Use, level: number): Level {
    const definition = this.#resolve(use.definition);
    return use.levels.get(level) ?? definition?.levels.get(level) ?? DEFAULT_LEVEL;
  }

  /** A definition may refer to that of a list style. */
  #resolve(id: string): Definition | undefined {
    const definition = this.#definitions.get(id);
    if (!definition || definition.numStyle === "") return definition;
    const linked = [...this.#definitions.values()];
    return linked.find(({ styleLink }) => styleLink === definition.numStyle) ?? definition;
  }
}

const DEFAULT_LEVEL: Level = {
  start: 1,
  style: "decimal",
  text: "%1.",
  isLegal: false,
  restart: null,
  paragraphStyle: "",
};

/** Reads the numbering definitions of a Word document from its part numbering.xml. */
export function* readNumbering(xml: string): Sliced<WordNumbering> {
  const reader = new NumberingReader();
  yield* readXml(xml, reader);
  return new WordNumbering(reader.definitions, reader.uses);
}

class NumberingReader implements XmlHandler {
  readonly definitions = new Map<string, Definition>();
  readonly uses = new Map<string, Use>();
  #definition: Definition | null = null;
  #use: Use | null = null;
  #overridden = 0;
  #level: Level | null = null;

  open(name: string, attributes: XmlAttributes): void {
    const value = attributes.get("w:val") ?? "";
    if (name === "w:abstractNum") {
      this.#definition = { levels: new Map(), styleLink: "", numStyle: "" };
      this.definitions.set(attributes.get("w:abstractNumId") ?? "", this.#definition);
    } else if (name === "w:num") {
      this.#use = { definition: "", starts: new Map(), levels: new Map() };
      this.uses.set(attributes.get("w:numId") ?? "", this.#use);
    } else if (name === "w:lvl") this.#openLevel(Number(attributes.get("w:ilvl")) || 0);
    else if (this.#level) this.#readLevel(this.#level, name, attributes);
    else if (name === "w:abstractNumId" && this.#use) this.#use.definition = value;
    else if (name === "w:lvlOverride") this.#overridden = Number(attributes.get("w:ilvl")) || 0;
    else if (name === "w:startOverride")
      this.#use?.starts.set(this.#overridden, Number(value) || 0);
    else if (name === "w:styleLink" && this.#definition) this.#definition.styleLink = value;
    else if (name === "w:numStyleLink" && this.#definition) this.#definition.numStyle = value;
  }

  close(name: string): void {
    if (name === "w:lvl") this.#level = null;
    else if (name === "w:abstractNum") this.#definition = null;
    else if (name === "w:num") this.#use = null;
  }

  text(): void {}

  #openLevel(level: number): void {
    this.#level = { ...DEFAULT_LEVEL, text: `%${level + 1}.` };
    (this.#use?.levels ?? this.#definition?.levels)?.set(level, this.#level);
  }

  #readLevel(level: Level, name: string, attributes: XmlAttributes): void {
    const value = attributes.get("w:val") ?? "";
    if (name === "w:start") level.start = Number(value) || 0;
    else if (name === "w:numFmt") level.style = STYLES.get(value) ?? "decimal";
    else if (name === "w:lvlText") level.text = value;
    else if (name === "w:pStyle") level.paragraphStyle = value;
    else if (name === "w:isLgl") level.isLegal = isOn(attributes);
    else if (name === "w:lvlRestart") level.restart = Number(value) || 0;
  }
}
