import { isOn, type XmlAttributes } from "./xml/read-xml.ts";

type Field = { instruction: string; isResult: boolean };

/** Fields whose results differ from page to page. */
const OF_PAGE = /^\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b/i;

/** The open fields of a Word document, and the form fields whose value is in their properties. */
export class WordFields {
  readonly #open: Field[] = [];
  #entries: string[] = [];
  #chosen = 0;
  #checked: boolean | null = null;

  /** True while the text is that of an instruction, which readers do not see. */
  get isInstruction(): boolean {
    return this.#open.some(({ isResult }) => !isResult);
  }

  /** True while the text is the number of a page, or of pages. */
  get isPageNumber(): boolean {
    return this.#open.some(({ instruction }) => OF_PAGE.test(instruction));
  }

  /** Reads a mark of a field: its begin, the separator before its result, or its end. */
  mark(type: string): void {
    const field = this.#open.at(-1);
    if (type === "begin") this.#open.push({ instruction: "", isResult: false });
    else if (type === "separate" && field) field.isResult = true;
    else if (type === "end") this.#open.pop();
  }

  /** Begins a field whose instruction is an attribute. */
  openSimple(instruction: string): void {
    this.#open.push({ instruction, isResult: true });
  }

  /** Ends a field that `openSimple` began. */
  closeSimple(): void {
    this.#open.pop();
  }

  /** Adds text to the instruction of the open field. */
  instruct(text: string): void {
    const field = this.#open.at(-1);
    if (field) field.instruction += text;
  }

  /** Reads a property of a form field. */
  readProperty(name: string, attributes: XmlAttributes): void {
    const value = attributes.get("w:val") ?? "";
    if (name === "w:ffData") [this.#entries, this.#chosen, this.#checked] = [[], 0, null];
    else if (name === "w:checkBox") this.#checked = false;
    else if (name === "w:checked" || (name === "w:default" && this.#checked !== null)) {
      this.#checked = isOn(attributes);
    } else if (name === "w:listEntry") this.#entries.push(value);
    else if (name === "w:result") this.#chosen = Number(value) || 0;
  }

  /** Returns what a form field shows, at the end of its properties: a checkbox or the chosen entry; "" for others. */
  readValue(): string {
    if (this.#checked !== null) return this.#checked ? "☒ " : "☐ ";
    return this.#entries[this.#chosen] ?? "";
  }
}
