import type { Sliced } from "../slices.ts";
import { listContents } from "./list-contents.ts";
import type { TagAttributes } from "./tag-attributes.ts";

/** A selector of one element by its tag, id and classes, and whether its rule hides the element. */
type StyleRule = {
  readonly tag: string;
  readonly id: string;
  readonly classes: readonly string[];
  readonly hides: boolean;
  readonly weight: number;
};

const RULES_MAX = 2_000;
/** A selector that names more classes is not read. */
const CLASSES_MAX = 8;
/** Rules, or words, that are read in about 10 ms. */
const STEPS_A_SLICE = 5_000;
const SIMPLE = /^([a-z][a-z\d]*|\*)?((?:[.#][\w-]+)*)$/i;
const SHOWN_OR_NOT = /(?:^|[;\s])(display|visibility|content-visibility)\s*:\s*([a-z-]+)/gi;
const COMMENTS = /\/\*[^]*?(?:\*\/|$)/g;
/** Weights of what a selector names, as in CSS: an id before all classes, a class before all tags. */
const [ID_WEIGHT, CLASS_WEIGHT] = [1_000_000, 1_000];

/** Reads the style sheets in a page, as far as they hide text, in slices of about 10 ms. */
export function* readPageStyles(html: string): Sliced<PageStyles> {
  const sheet = new StyleSheet();
  for (const style of yield* listContents(html, "style")) {
    yield* sheet.read(style.replaceAll(COMMENTS, ""));
  }
  const { rules, shown } = sheet;
  if (!rules.some(({ hides }) => hides)) return new PageStyles([]);
  let words = 0;
  for (const script of yield* listContents(html, "script")) {
    for (const [word] of script.matchAll(/[\w-]+/g)) {
      shown.add(word);
      if (++words % STEPS_A_SLICE === 0) yield;
    }
  }
  const isShown = ({ id, classes }: StyleRule) => [id, ...classes].some((name) => shown.has(name));
  return new PageStyles(rules.filter((rule) => !rule.hides || !isShown(rule)));
}

/** A rule, and its place among the others: of rules of the same weight the last one counts. */
type PlacedRule = { readonly rule: StyleRule; readonly place: number };

/**
 * The style sheets in a page, as far as they hide text: rules for single elements, by tag, id and class. What a script of
 * the page or another rule may show, such as the parts of an accordion, counts as shown.
 */
export class PageStyles {
  /** The rules by the id that they name, or else by their first class, or else by their tag. */
  readonly #rules = new Map<string, PlacedRule[]>();

  constructor(rules: readonly StyleRule[]) {
    for (const [place, rule] of rules.entries()) {
      const key = keyOf(rule);
      const others = this.#rules.get(key);
      if (others) others.push({ rule, place });
      else this.#rules.set(key, [{ rule, place }]);
    }
  }

  /** The most rules with which one element may have to be compared, for each name that it has. */
  get rulesMost(): number {
    return Math.max(0, ...Array.from(this.#rules.values(), ({ length }) => length));
  }

  /** Returns true if the page hides the element. */
  hides(tag: string, attributes: TagAttributes): boolean {
    if (this.#rules.size === 0) return false;
    const classes = new Set(attributes.classes);
    const id = attributes.read("id");
    let last: PlacedRule | null = null;
    for (const key of [tag, `#${id}`, ...Array.from(classes, (name) => `.${name}`)]) {
      for (const placed of this.#rules.get(key) ?? []) {
        const { rule } = placed;
        const fits =
          (rule.tag === "" || rule.tag === tag) &&
          (rule.id === "" || rule.id === id) &&
          rule.classes.every((name) => classes.has(name));
        if (fits && (!last || isStronger(placed, last))) last = placed;
      }
    }
    return last?.rule.hides ?? false;
  }
}

const keyOf = ({ tag, id, classes: [first] }: StyleRule): string =>
  id === "" ? (first === undefined ? tag : `.${first}`) : `#${id}`;

const isStronger = (one: PlacedRule, other: PlacedRule): boolean =>
  one.rule.weight === other.rule.weight
    ? one.place > other.place
    : one.rule.weight > other.rule.weight;

/** The rules of the style sheets of a page that hide or show elements. */
class StyleSheet {
  readonly rules: StyleRule[] = [];
  /** The ids and classes in selectors that show an element under some condition: in a parent, or on some screens. */
  readonly shown = new Set<string>();

  /** Reads a sheet. Of the rules for some media only those count that show an element. */
  *read(text: string, media: "all" | "some" = "all"): Sliced<void> {
    let steps = 0;
    for (let at = 0; at < text.length && this.rules.length < RULES_MAX;) {
      const open = text.indexOf("{", at);
      if (open < 0) return;
      const close = findClose(text, open);
      if (++steps % STEPS_A_SLICE === 0) yield;
      const before = text.slice(at, open);
      const selectors = before.slice(before.lastIndexOf(";") + 1).trim();
      const content = text.slice(open + 1, close);
      at = close + 1;
      if (!selectors.startsWith("@")) this.#readRule(selectors, readHiding(content), media);
      else if (media === "all" && /^@(?:media|supports|layer)/i.test(selectors)) {
        if (!/\bprint\b/i.test(selectors)) yield* this.read(content, "some");
      }
    }
  }

  #readRule(selectors: string, hides: boolean | null, media: "all" | "some"): void {
    if (hides === null) return;
    for (const selector of selectors.split(",")) {
      if (this.rules.length >= RULES_MAX) return;
      const rule = media === "all" ? readSelector(selector.trim(), hides) : null;
      if (rule) this.rules.push(rule);
      else if (!hides) {
        for (const [, name = ""] of selector.matchAll(/[.#]([\w-]+)/g)) this.shown.add(name);
      }
    }
  }
}

function findClose(text: string, open: number): number {
  const braces = /[{}]/g;
  braces.lastIndex = open;
  let depth = 0;
  for (let match = braces.exec(text); match; match = braces.exec(text)) {
    depth += match[0] === "{" ? 1 : -1;
    if (depth === 0) return match.index;
  }
  return text.length;
}

/** Returns true if declarations hide an element, false if they show it, null if they do neither. */
function readHiding(declarations: string): boolean | null {
  let hides: boolean | null = null;
  for (const [, property = "", value = ""] of declarations.matchAll(SHOWN_OR_NOT)) {
    const isNone = /^(?:none|hidden|collapse)$/i.test(value);
    // One of both properties is enough to hide it.
    if (property.toLowerCase() === "display" || isNone || hides === null) hides = isNone;
  }
  return hides;
}

function readSelector(selector: string, hides: boolean): StyleRule | null {
  const [, tag = "", rest = ""] = SIMPLE.exec(selector) ?? [];
  if (selector === "" || (tag === "" && rest === "")) return null;
  const ids = Array.from(rest.matchAll(/#([\w-]+)/g), ([, id = ""]) => id);
  const classes = Array.from(rest.matchAll(/\.([\w-]+)/g), ([, name = ""]) => name);
  if (ids.length > 1 || classes.length > CLASSES_MAX || /^(?:html|body|\*)$/i.test(tag))
    return null;
  const weight = ids.length * ID_WEIGHT + classes.length * CLASS_WEIGHT + (tag === "" ? 0 : 1);
  return { tag: tag.toLowerCase(), id: ids[0] ?? "", classes, hides, weight };
}
