import type { Sliced } from "../slices.ts";
import { isOn, readXml, type XmlAttributes, type XmlHandler } from "./xml/read-xml.ts";

/** The place of a paragraph in a list: the list's id and the level; null if the list's definition gives the level. */
type StyledPlace = { readonly numId: string; readonly level: number | null };

/** The properties of a style of a Word document that say something about its text. */
export type WordStyle = {
  /** Level of a heading, 1 to 9; null for other text. */
  readonly heading: number | null;
  readonly list: StyledPlace | null;
  readonly isHidden: boolean;
  readonly isStruck: boolean;
};

const PLAIN: WordStyle = { heading: null, list: null, isHidden: false, isStruck: false };
/** More steps to a basic style are a circle. */
const BASES_MAX = 20;

type Read = {
  basedOn: string;
  name: string;
  outline: number | null;
  numId: string | null;
  level: number | null;
  isHidden: boolean | null;
  isStruck: boolean | null;
};

/** The styles of a Word document, by id. */
export class WordStyles {
  readonly #read: ReadonlyMap<string, Read>;
  readonly #known = new Map<string, WordStyle>();

  constructor(read: ReadonlyMap<string, Read>) {
    this.#read = read;
  }

  /** Returns a style with what it takes from the styles that it is based on. */
  find(id: string): WordStyle {
    const known = this.#known.get(id);
    if (known) return known;
    const style = this.#compute(id);
    this.#known.set(id, style);
    return style;
  }

  #compute(id: string): WordStyle {
    const chain: Read[] = [];
    for (let at = this.#read.get(id); at && chain.length < BASES_MAX;) {
      chain.push(at);
      at = this.#read.get(at.basedOn);
    }
    if (chain.length === 0) return { ...PLAIN, heading: headingLevel(id) };
    const first = <Value>(read: (one: Read) => Value | null) =>
      chain.map(read).find((value) => value !== null) ?? null;
    const numId = first((one) => one.numId);
    const isList = numId !== null && numId !== "0";
    return {
      heading: first((one) => headingLevel(one.name) ?? one.outline),
      list: isList ? { numId, level: first((one) => one.level) } : null,
      isHidden: first((one) => one.isHidden) ?? false,
      isStruck: first((one) => one.isStruck) ?? false,
    };
  }
}

/** Reads the level of a heading from the name or id of its style. */
function headingLevel(name: string): number | null {
  const level = /^heading ?([1-9])$/i.exec(name)?.[1];
  if (level !== undefined) return Number(level);
  return /^title$/i.test(name) ? 1 : null;
}

/** Reads the styles of a Word document from its part styles.xml. */
export function* readStyles(xml: string): Sliced<WordStyles> {
  const reader = new StyleReader();
  yield* readXml(xml, reader);
  return new WordStyles(reader.styles);
}

class StyleReader implements XmlHandler {
  readonly styles = new Map<string, Read>();
  #style: Read | null = null;

  open(name: string, attributes: XmlAttributes): void {
    const value = attributes.get("w:val") ?? "";
    if (name === "w:style") {
      this.#style = {
        basedOn: "",
        name: "",
        outline: null,
        numId: null,
        level: null,
        isHidden: null,
        isStruck: null,
      };
      this.styles.set(attributes.get("w:styleId") ?? "", this.#style);
    }
    const style = this.#style;
    if (!style) return;
    if (name === "w:name") style.name = value;
    else if (name === "w:basedOn") style.basedOn = value;
    else if (name === "w:outlineLvl") style.outline = Number(value) < 9 ? Number(value) + 1 : null;
    else if (name === "w:numId") style.numId = value;
    else if (name === "w:ilvl") style.level = Number(value) || 0;
    else if (name === "w:vanish") style.isHidden = isOn(attributes);
    else if (name === "w:strike" || name === "w:dstrike") style.isStruck = isOn(attributes);
  }

  close(name: string): void {
    if (name === "w:style") this.#style = null;
  }

  text(): void {}
}
