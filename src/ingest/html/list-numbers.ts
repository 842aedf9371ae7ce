import { formatNumber, type NumberStyle } from "../markdown/list-labels.ts";
import type { TagAttributes } from "./tag-attributes.ts";

type OpenList = { next: number; readonly step: number; readonly style: NumberStyle };

const STYLES = new Map<string, NumberStyle>([
  ["1", "decimal"],
  ["a", "lower-alpha"],
  ["A", "upper-alpha"],
  ["i", "lower-roman"],
  ["I", "upper-roman"],
  ["decimal", "decimal"],
  ["decimal-leading-zero", "decimal-leading-zero"],
  ["lower-alpha", "lower-alpha"],
  ["lower-latin", "lower-alpha"],
  ["upper-alpha", "upper-alpha"],
  ["upper-latin", "upper-alpha"],
  ["lower-roman", "lower-roman"],
  ["upper-roman", "upper-roman"],
  ["lower-greek", "lower-greek"],
  ["disc", "bullet"],
  ["circle", "bullet"],
  ["square", "bullet"],
  ["none", "none"],
]);

/** Lists that are nested more deeply are not kept apart. */
const LISTS_MAX = 64;
/** Characters that are searched ahead for the items of reversed lists, in all lists of a page. */
const AHEAD_MAX = 4_000_000;

/** Numbers the items of the open lists of an HTML page, as browsers do. */
export class ListNumbers {
  readonly #html: string;
  readonly #lists: OpenList[] = [];
  #unseen = 0;
  #ahead = AHEAD_MAX;

  constructor(html: string) {
    this.#html = html;
  }

  /** The nesting depth of the innermost list; -1 if none is open. */
  get level(): number {
    return this.#lists.length - 1;
  }

  /** Begins a list, whose tag ends at `at` in the page. */
  open(tag: string, attributes: TagAttributes, at: number): void {
    if (this.#lists.length >= LISTS_MAX) {
      this.#unseen++;
      return;
    }
    const isOrdered = tag === "ol";
    const wanted = attributes.listStyle || attributes.read("type");
    const style = STYLES.get(wanted) ?? (isOrdered ? "decimal" : "bullet");
    const isReversed = isOrdered && attributes.has("reversed");
    const start = attributes.readNumber("start") ?? (isReversed ? this.#countItems(at) : 1);
    this.#lists.push({ next: start, step: isReversed ? -1 : 1, style });
  }

  /** Ends the innermost list. */
  close(): void {
    if (this.#unseen > 0) this.#unseen--;
    else this.#lists.pop();
  }

  /** Begins an item. Returns its label: "5.", "c.", or "-". */
  label(attributes: TagAttributes): string {
    const list = this.#lists.at(-1);
    if (!list) return "-";
    const value = attributes.readNumber("value") ?? list.next;
    list.next = value + list.step;
    const style = STYLES.get(attributes.read("type")) ?? list.style;
    const number = formatNumber(value, style);
    return number === "" ? "-" : `${number}.`;
  }

  /** Counts the items of the list that begins at `from`; a reversed list begins with their number. */
  #countItems(from: number): number {
    const tags = /<(\/?)(ol|ul|menu|dir|li)\b/gi;
    tags.lastIndex = from;
    let depth = 0;
    let items = 0;
    let end = this.#html.length;
    for (let match = tags.exec(this.#html); match; match = tags.exec(this.#html)) {
      end = match.index;
      if (end - from > this.#ahead) break;
      const [, slash, tag = ""] = match;
      if (tag.toLowerCase() === "li") items += slash === "" && depth === 0 ? 1 : 0;
      else depth += slash === "" ? 1 : -1;
      if (depth < 0) break;
    }
    this.#ahead -= end - from;
    return items;
  }
}
