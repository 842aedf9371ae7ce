import { formatNumber, type NumberStyle } from "../../markdown/list-labels.ts";
import type { TagAttributes } from "../tag-attributes.ts";
import { type ListStyles, type SheetStyle, toNumberStyle, writeLabel } from "./list-styles.ts";

type OpenList = {
  readonly tag: string;
  /** The number of the last item, and that of the next. */
  current: number;
  next: number;
  readonly step: number;
  readonly style: NumberStyle;
  readonly label: SheetStyle["label"];
  readonly classes: readonly string[];
};

/** The values of the attribute `type`. */
const TYPES = new Map<string, NumberStyle>([
  ["1", "decimal"],
  ["a", "lower-alpha"],
  ["A", "upper-alpha"],
  ["i", "lower-roman"],
  ["I", "upper-roman"],
]);
const readStyle = (name: string) => TYPES.get(name) ?? toNumberStyle(name);

/** Lists that are nested more deeply are not kept apart. */
const LISTS_MAX = 64;
/** Classes of a list and of the lists around it, of which the innermost ones count. */
const CLASSES_MAX = 32;
/** Characters that are searched ahead for the items of reversed lists, in all lists of a page. */
const AHEAD_MAX = 1_000_000;

/** Numbers the items of the open lists of an HTML page, as browsers do. */
export class ListNumbers {
  readonly #html: string;
  readonly #lists: OpenList[] = [];
  #unseen = 0;
  #ahead = AHEAD_MAX;
  readonly #styles: ListStyles | null;

  constructor(html: string, styles: ListStyles | null) {
    this.#html = html;
    this.#styles = styles;
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
    const outer = this.#lists.at(-1)?.classes ?? [];
    const classes = this.#styles ? [...outer, ...attributes.classes].slice(-CLASSES_MAX) : [];
    const sheet = this.#styles?.find(tag, classes, this.#lists.length + 1);
    // A style sheet comes before the attribute, as in browsers.
    const wanted = attributes.listStyle || sheet?.style || attributes.read("type");
    const style = readStyle(wanted) ?? (isOrdered ? "decimal" : "bullet");
    const isReversed = isOrdered && attributes.has("reversed");
    const start = attributes.readNumber("start") ?? (isReversed ? this.#countItems(at) : 1);
    const step = isReversed ? -1 : 1;
    const label = isOrdered ? (sheet?.label ?? null) : null;
    this.#lists.push({ tag, current: start, next: start, step, style, label, classes });
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
    list.current = value;
    list.next = value + list.step;
    if (list.label !== null) return writeLabel(list.label, this.#openNumbers());
    const style = readStyle(attributes.read("type")) ?? list.style;
    const number = formatNumber(value, style);
    return number === "" ? "-" : `${number}.`;
  }

  /** Returns the numbers of the open items of the numbered lists, outermost first. */
  #openNumbers(): readonly number[] {
    return this.#lists.filter(({ tag }) => tag === "ol").map(({ current }) => current);
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
