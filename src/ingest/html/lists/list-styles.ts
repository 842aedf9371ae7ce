import { formatNumber, type NumberStyle } from "../../markdown/list-labels.ts";
import type { Sliced } from "../../slices.ts";
import { listContents } from "../list-contents.ts";

/**
 * A part of a label that a style sheet defines: a text, the number of one list (`counter`), or the numbers of all open
 * lists (`counters`) with a separator. `style` is a CSS name of a number style.
 */
type LabelPart =
  | { readonly text: string }
  | { readonly style: string }
  | { readonly separator: string; readonly style: string };

/**
 * The numbering of a list by a style sheet: `style` is the CSS name of its number style ("" if not set), `label` the
 * label that replaces the number (null if none).
 */
export type SheetStyle = { readonly style: string; readonly label: readonly LabelPart[] | null };

type Rule = SheetStyle & {
  /** The classes of the list, or of lists around it. */
  readonly classes: readonly string[];
  /** The tag of the list; "" for any. */
  readonly tag: string;
  /** The number of lists that the selector names. */
  readonly depth: number;
  readonly weight: number;
};

const RULES_MAX = 200;
const SELECTORS_LENGTH_MAX = 200;
const CONTENT_LENGTH_MAX = 2_000;
const LIST_STYLE = /list-style(?:-type)?\s*:\s*(?:[a-z]+\s+)*?([a-z]+(?:-[a-z]+)*)/i;
const CONTENT = /(?:^|[;\s])content\s*:\s*([^;]*)/i;
const PARTS = /"([^"]*)"|'([^']*)'|(counters?)\(([^)]*)\)/gi;
/** Elements around the content of a page. A selector may name them; they do not restrict it to certain lists. */
const AROUND = /^(?:html|body|main|article|section)$/i;
const CLASS_WEIGHT = 1_000;

/** Rules that are read in about 10 ms. */
const STEPS_A_SLICE = 2_000;

/** Reads the rules for list numbering in the style sheets of a page, in slices of about 10 ms. */
export function* readListStyles(html: string): Sliced<ListStyles> {
  const rules: Rule[] = [];
  let steps = 0;
  for (const sheet of yield* listContents(html, "style")) {
    if (!/list-style|counter/i.test(sheet)) continue;
    for (const read of listRules(sheet)) {
      if (++steps % STEPS_A_SLICE === 0) yield;
      if (read) rules.push(...readRules(read).slice(0, RULES_MAX - rules.length));
      if (rules.length >= RULES_MAX) break;
    }
  }
  return new ListStyles(rules);
}

type WrittenRule = { readonly selectors: string; readonly content: string };

/** Lists the rules of a sheet, with `undefined` for each brace that ends none. */
function* listRules(sheet: string): Generator<WrittenRule | undefined> {
  let [open, beforeOpen, previous] = [-1, -1, -1];
  for (const { 0: brace, index } of sheet.matchAll(/[{}]/g)) {
    const content = sheet.slice(open + 1, index);
    const isRule = brace === "}" && open > beforeOpen + 1;
    if (isRule && content !== "" && content.length <= CONTENT_LENGTH_MAX) {
      const start = Math.max(beforeOpen + 1, open - SELECTORS_LENGTH_MAX);
      yield { selectors: sheet.slice(start, open), content };
    } else yield undefined;
    [open, beforeOpen, previous] = [brace === "{" ? index : -1, previous, index];
  }
}

function readRules({ selectors, content }: WrittenRule): Rule[] {
  const named = LIST_STYLE.exec(content)?.[1]?.toLowerCase() ?? "";
  // Many sheets reset all lists to `none`, and number them again by rules that are not read here.
  const style = named === "none" ? "" : named;
  const label = readLabel(CONTENT.exec(content)?.[1] ?? "");
  if (style === "" && label === null) return [];
  return selectors
    .replace(/^[^]*\*\//, "")
    .split(",")
    .flatMap((selector) => readSelector(selector, style, label) ?? []);
}

/** The rules for list numbering in a page's style sheets, such as `ol ol { list-style-type: lower-alpha }`. */
export class ListStyles {
  readonly #rules: readonly Rule[];

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  /** The number of rules, with each of which every list is compared. */
  get size(): number {
    return this.#rules.length;
  }

  /**
   * Finds the numbering of a list. `classes` has the classes of the list and of the lists around it, `depth` the number
   * of all these lists, this one included.
   */
  find(tag: string, classes: readonly string[], depth: number): SheetStyle {
    const found = { style: "", label: null as SheetStyle["label"] };
    const weights = { style: 0, label: 0 };
    for (const rule of this.#rules) {
      const fits =
        (rule.tag === "" || rule.tag === tag) &&
        rule.depth <= depth &&
        rule.classes.every((name) => classes.includes(name));
      if (!fits) continue;
      if (rule.style !== "" && rule.weight >= weights.style) {
        found.style = rule.style;
        weights.style = rule.weight;
      }
      if (rule.label && rule.weight >= weights.label) {
        found.label = rule.label;
        weights.label = rule.weight;
      }
    }
    return found;
  }
}

/** Formats a label. `numbers` has the present numbers of all open lists, outermost first. */
export function writeLabel(parts: readonly LabelPart[], numbers: readonly number[]): string {
  // A label with several single counters shows the numbers of the innermost lists.
  let from = numbers.length - parts.filter((part) => !("text" in part)).length;
  return parts
    .map((part) => {
      if ("text" in part) return part.text;
      const number = numbers[Math.max(0, from++)];
      if (!("separator" in part)) return writeNumber(number, part.style);
      return numbers.map((one) => writeNumber(one, part.style)).join(part.separator);
    })
    .join("")
    .trim();
}

const writeNumber = (number: number | undefined, style: string) =>
  number === undefined ? "" : formatNumber(number, toNumberStyle(style) ?? "decimal");

const NUMBER_STYLES = new Map<string, NumberStyle>([
  ["decimal", "decimal"],
  ["decimal-leading-zero", "decimal-leading-zero"],
  ["lower-alpha", "lower-alpha"],
  ["lower-latin", "lower-alpha"],
  ["upper-alpha", "upper-alpha"],
  ["upper-latin", "upper-alpha"],
  ["lower-roman", "lower-roman"],
  ["upper-roman", "upper-roman"],
  ["lower-greek", "lower-greek"],
  ["cjk-ideographic", "chinese"],
  ["simp-chinese-informal", "chinese"],
  ["trad-chinese-informal", "chinese"],
  ["japanese-informal", "japanese"],
  ["cjk-decimal", "han-digits"],
  ["cjk-heavenly-stem", "stems"],
  ["disc", "bullet"],
  ["circle", "bullet"],
  ["square", "bullet"],
  ["none", "none"],
]);

/** Returns the number style with this CSS name; undefined for an unknown name. */
export const toNumberStyle = (name: string): NumberStyle | undefined => NUMBER_STYLES.get(name);

/** Parses the CSS `content` of a label, such as `"§ " counters(item, ".")`; null if it has no counter. */
function readLabel(content: string): readonly LabelPart[] | null {
  const parts: LabelPart[] = [];
  for (const [, double, single, counter, written = ""] of content.matchAll(PARTS)) {
    const style = /,\s*([a-z-]+)\s*$/i.exec(written)?.[1]?.toLowerCase() ?? "decimal";
    const separator = /["']([^"']*)["']/.exec(written)?.[1] ?? "";
    if (counter === undefined) parts.push({ text: double ?? single ?? "" });
    else if (counter.toLowerCase() === "counters") parts.push({ style, separator });
    else parts.push({ style });
  }
  return parts.some((part) => !("text" in part)) ? parts : null;
}

/**
 * Parses a selector of lists or list items, such as `ol.legal > li::before`, to a rule; null if it selects something
 * else.
 */
function readSelector(
  selector: string,
  style: string,
  label: readonly LabelPart[] | null,
): Rule | null {
  const parts = selector.trim().split(/[\s>+~]+/);
  const classes: string[] = [];
  let [tag, depth] = ["", 0];
  for (const part of parts) {
    const [found, name = "", rest = ""] =
      /^([a-z]*)((?:\.[\w-]+)*)(?:::?(?:before|marker))?$/i.exec(part) ?? [];
    if (found === undefined) return null;
    if (AROUND.test(name)) continue;
    if (name !== "" && !/^(?:ol|ul|li)$/i.test(name)) return null;
    if (!/^li$/i.test(name)) {
      depth++;
      tag = name.toLowerCase();
    }
    classes.push(...rest.split(".").filter((one) => one !== ""));
  }
  const isOfLists = parts.length > 0 && (depth > 0 || /^li\b/i.test(parts.at(-1) ?? ""));
  if (!isOfLists) return null;
  return {
    style,
    label,
    tag,
    classes,
    depth,
    weight: classes.length * CLASS_WEIGHT + parts.length,
  };
}
