import { formatSubscript, formatSuperscript } from "../markdown/scripts.ts";
import { appendPath } from "../text/append-path.ts";
import { joinLine, type MemberLines } from "./member-lines.ts";
import { TextBatches } from "./text-batches.ts";

/** The attributes of an element, by name without prefix. */
type ElementAttributes = readonly (readonly [name: string, value: string])[];

/**
 * An open element. It begins as a leaf; with text beside its elements it is prose, with elements that have elements it
 * is data. A word is an element within prose.
 */
type Element = {
  readonly name: string;
  /** The names of the elements around it and its own, without the root. */
  readonly path: string;
  readonly attributes: ElementAttributes;
  kind: "leaf" | "prose" | "data" | "word";
  /** Its text, with that of its elements; a word adds to that of the prose around it. */
  text: TextBatches;
  hasText: boolean;
  /** The lines of the elements in it, while they may still be words of its text. */
  lines: string[];
  /** The name of the last element of data in it. */
  lastData: string;
};

/** Elements before the first text of an element, with more of which it is data. */
const LEAVES_MAX = 20;
/** Attributes that readers of a text need. */
const ADDRESSES = new Set(["href", "url", "src", "alt", "target", "value"]);
/** Elements that separate words although they are within a text. */
const SEPARATING =
  /^(?:p|para|simpara|br|lb|l|line|item|li|listitem|list|row|entry|cell|tr|td|th|title|note|fn|footnote|term|definition|def|dt|dd|step|cmd|head|sec|section|div|quote|disp-quote|table|list-item)$/i;
/** Longer raised or lowered text is written as it is. */
const SCRIPT_LENGTH_MAX = 80;
const RAISED = /^(?:sup|superscript|superior)$/i;
const LOWERED = /^(?:sub|subscript|inferior)$/i;

/**
 * Writes the elements of an XML document as lines, "book.title: Emma", with their attributes in parentheses. Elements
 * within a text are parts of that text. Blank lines separate elements that repeat, such as the books of a catalog.
 */
export class XmlElements {
  readonly #lines: MemberLines;
  readonly #open: Element[] = [];
  /** The depth of the outermost elements that repeat. Deeper ones are not separated. */
  #repeatedDepth = Number.POSITIVE_INFINITY;

  constructor(lines: MemberLines) {
    this.#lines = lines;
  }

  /** The number of open elements. */
  get depth(): number {
    return this.#open.length;
  }

  /** Begins an element. */
  open(name: string, attributes: ElementAttributes): void {
    const parent = this.#open.at(-1);
    if (parent && (parent.kind === "word" || parent.hasText)) {
      this.#openWord(parent, name, attributes);
      return;
    }
    this.#makeData(this.#open.length - 2);
    if (parent?.kind === "data") this.#writeText(parent);
    this.#open.push({
      name,
      path: parent ? appendPath(parent.path, name) : "",
      attributes,
      kind: "leaf",
      text: new TextBatches(),
      hasText: false,
      lines: [],
      lastData: "",
    });
  }

  /** Adds text to the open element. */
  text(text: string): void {
    const element = this.#open.at(-1);
    if (!element) return;
    element.text.add(text);
    if (element.kind !== "leaf" || element.hasText || !/\S/.test(text)) return;
    element.hasText = true;
    if (element.lines.length > 0) element.kind = "prose";
    element.lines = [];
  }

  /** Ends the element that was opened last. Returns its name. */
  close(): string | undefined {
    const element = this.#open.pop();
    const parent = this.#open.at(-1);
    if (element?.kind === "word" && parent) this.#closeWord(element, parent);
    else if (element) this.#closeElement(element, parent);
    return element?.name;
  }

  #openWord(parent: Element, name: string, attributes: ElementAttributes): void {
    if (parent.kind === "leaf") parent.kind = "prose";
    const isScript = RAISED.test(name) || LOWERED.test(name);
    if (SEPARATING.test(name)) parent.text.add(" ");
    const text = isScript ? new TextBatches() : parent.text;
    const { path } = parent;
    const kind = "word";
    this.#open.push({ name, path, attributes, kind, text, hasText: true, lines: [], lastData: "" });
  }

  #closeWord({ name, text, attributes }: Element, parent: Element): void {
    if (RAISED.test(name) || LOWERED.test(name)) {
      const script = text.finish();
      const format = RAISED.test(name) ? formatSuperscript : formatSubscript;
      const isShort = script.length <= SCRIPT_LENGTH_MAX;
      parent.text.add(isShort ? format(script, parent.text.tail) : script);
    }
    const shown = attributes.filter(([attribute]) => ADDRESSES.has(attribute));
    if (shown.length > 0) parent.text.add(` ${describeAttributes(shown)}`);
    if (SEPARATING.test(name)) parent.text.add(" ");
  }

  #closeElement(element: Element, parent: Element | undefined): void {
    const { kind, lines, name, text } = element;
    const depth = this.#open.length;
    if (kind === "data" || lines.length > 0) {
      if (kind !== "data") {
        this.#makeData(depth - 1);
        this.#startData(element, depth);
      }
      this.#writeText(element);
      if (parent) parent.lastData = name;
      if (depth <= this.#repeatedDepth) this.#lines.separate();
      return;
    }
    const line = describe(element);
    if (!parent || parent.kind === "data") this.#lines.addText(line);
    else {
      parent.lines.push(line);
      parent.text.add(text.finish());
      if (parent.lines.length > LEAVES_MAX) this.#makeData(depth - 1);
    }
  }

  /** Makes the open elements up to a depth data, from the outermost on. */
  #makeData(depth: number): void {
    let first = depth + 1;
    while (first > 0 && this.#open[first - 1]?.kind === "leaf") first--;
    for (let at = first; at <= depth; at++) {
      const element = this.#open[at];
      if (element) this.#startData(element, at);
    }
  }

  /** Writes the lines of an element that is data after all. */
  #startData(element: Element, depth: number): void {
    const parent = this.#open[depth - 1];
    if (parent?.lastData === element.name) {
      this.#repeatedDepth = Math.min(this.#repeatedDepth, depth);
    }
    if (depth > 0 && depth <= this.#repeatedDepth) this.#lines.separate();
    if (depth === 0 || element.attributes.length > 0) this.#lines.addText(nameElement(element));
    for (const line of element.lines) this.#lines.addText(line);
    element.kind = "data";
    element.lines = [];
    element.text = new TextBatches();
  }

  /** Writes a text between the elements of data. */
  #writeText(element: Element): void {
    const text = joinLine(element.text.finish()).trim();
    if (text !== "") this.#lines.add(element.path === "" ? element.name : element.path, text);
    element.text = new TextBatches();
  }
}

function nameElement({ name, path, attributes }: Element): string {
  const shown = path === "" ? name : path;
  return attributes.length === 0 ? shown : `${shown} ${describeAttributes(attributes)}`;
}

/** Describes an element without elements: "price: 9 (currency: EUR)". */
function describe(element: Element): string {
  const text = joinLine(element.text.finish()).trim();
  if (text === "") return nameElement(element);
  const { name, path, attributes } = element;
  const line = `${path === "" ? name : path}: ${text}`;
  return attributes.length === 0 ? line : `${line} ${describeAttributes(attributes)}`;
}

function describeAttributes(attributes: ElementAttributes): string {
  return `(${attributes.map(([name, value]) => `${name}: ${joinLine(value).trim()}`).join("; ")})`;
}
