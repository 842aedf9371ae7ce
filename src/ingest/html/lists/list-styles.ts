import { formatNumber, type NumberStyle } from "../../markdown/list-labels.ts";
import { listContents } from "../page-styles.ts";

/** A part of a label that a style sheet writes: a text, a number, or the numbers of all open lists. */
type LabelPart =
  | { readonly text: string }
  | { readonly style: string }
  | { readonly separator: string; readonly style: string };

/** The numbering of a list by a style sheet: the style of its numbers in the words of CSS, or a label of its own. */
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
const RULE = /([^{}]{1,200})\{([^{}]{1,2000})\}/g;
const LIST_STYLE = /list-style(?:-type)?\s*:\s*(?:[a-z]+\s+)*?([a-z]+(?:-[a-z]+)*)/i;
const CONTENT = /(?:^|[;\s])content\s*:\s*([^;]*)/i;
const PARTS = /"([^"]*)"|'([^']*)'|(counters?)\(([^)]*)\)/gi;
/** Elements around the text of a page, which a selector may name. */
const AROUND = /^(?:html|body|main|article|section)$/i;
const CLASS_WEIGHT = 1_000;

/** The rules of a page's style sheets that say how lists are numbered: `ol ol { list-style-type: lower-alpha }`. */
export class ListStyles {
  readonly #rules: Rule[] = [];

  constructor(html: string) {
    for (const sheet of listContents(html, "style")) {
      if (!/list-style|counter/i.test(sheet)) continue;
      for (const [, selectors = "", content = ""] of sheet.matchAll(RULE)) {
        const named = LIST_STYLE.exec(content)?.[1]?.toLowerCase() ?? "";
        // Sheets reset all lists so, and rules that are not read here give them their numbers back.
        const style = named === "none" ? "" : named;
        const label = readLabel(CONTENT.exec(content)?.[1] ?? "");
        if (style === "" && label === null) continue;
        for (const selector of selectors.replace(/^[^]*\*\//, "").split(",")) {
          const rule = readSelector(selector, style, label);
          if (rule && this.#rules.length < RULES_MAX) this.#rules.push(rule);
        }
      }
    }
  }

  /** Finds the numbering of a list, by its tag, the classes of it and the lists around it, and the number of these. */
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

/** Writes a label with the numbers of the open lists, outermost first. */
export function writeLabel(parts: readonly LabelPart[], numbers: readonly number[]): string {
  // Counters of several names are those of the innermost lists.
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

/** Returns the style of numbers that CSS calls so; undefined for a name that is unknown. */
export const toNumberStyle = (name: string): NumberStyle | undefined => NUMBER_STYLES.get(name);

/** Reads a label with a number in it, such as `"§ " counters(item, ".")`; null if it has none. */
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

/** Reads a selector of lists or their items, such as `ol.legal > li::before`; null for one of something else. */
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
