import type { WordStyle } from "./read-styles.ts";
import { isOn, type XmlAttributes } from "./xml/read-xml.ts";

/** The vertical position of a run's text: on the line, above it or below it. */
export type RunPosition = "line" | "superscript" | "subscript";

/** The properties of a run, a piece of text with one format. */
export class WordRun {
  position: RunPosition = "line";
  #isHidden: boolean;
  #isStruck: boolean;
  #isCounted = false;

  constructor({ isHidden, isStruck }: Pick<WordStyle, "isHidden" | "isStruck">) {
    this.#isHidden = isHidden;
    this.#isStruck = isStruck;
  }

  /** The kind of loss that leaving out the run counts as; null if it is kept. */
  get lostAs(): "hidden_text_left_out" | "deleted_text_left_out" | null {
    if (this.#isHidden) return "hidden_text_left_out";
    return this.#isStruck ? "deleted_text_left_out" : null;
  }

  /** Returns true the first time that it is called. */
  isNewLoss(): boolean {
    const isNew = !this.#isCounted;
    this.#isCounted = true;
    return isNew;
  }

  /** Reads a property of the run. Returns false for any other element. */
  readProperty(
    name: string,
    attributes: XmlAttributes,
    findStyle: (id: string) => WordStyle,
  ): boolean {
    const value = attributes.get("w:val") ?? "";
    if (name === "w:vanish") this.#isHidden = isOn(attributes);
    else if (name === "w:strike" || name === "w:dstrike") this.#isStruck = isOn(attributes);
    else if (name === "w:vertAlign") this.position = readPosition(value);
    else if (name === "w:rStyle") {
      const { isHidden, isStruck } = findStyle(value);
      this.#isHidden ||= isHidden;
      this.#isStruck ||= isStruck;
    } else return false;
    return true;
  }
}

function readPosition(value: string): RunPosition {
  return value === "superscript" || value === "subscript" ? value : "line";
}
