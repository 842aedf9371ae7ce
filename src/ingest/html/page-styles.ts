import type { TagAttributes } from "./tag-attributes.ts";

/** A selector of one element by its tag, id and classes, and whether its rule hides the element. */
type StyleRule = {
  readonly tag: string;
  readonly id: string;
  readonly classes: readonly string[];
  readonly hides: boolean;
  readonly weight: number;
};

const STYLE_LENGTH_MAX = 1_000_000;
const RULES_MAX = 2_000;
const SIMPLE = /^([a-z][a-z\d]*|\*)?((?:[.#][\w-]+)*)$/i;
const SHOWN_OR_NOT = /(?:^|[;\s])(display|visibility|content-visibility)\s*:\s*([a-z-]+)/gi;
const COMMENTS = /\/\*[^]*?(?:\*\/|$)/g;
/** Weights of what a selector names, as in CSS: an id before all classes, a class before all tags. */
const [ID_WEIGHT, CLASS_WEIGHT] = [1_000_000, 1_000];

/**
 * The style sheets in a page, as far as they hide text: rules for single elements, by tag, id and class. What a script of
 * the page or another rule may show, such as the parts of an accordion, counts as shown.
 */
export class PageStyles {
  readonly #rules: readonly StyleRule[];

  constructor(html: string) {
    const sheet = new StyleSheet();
    for (const style of listContents(html, "style")) sheet.read(style.replaceAll(COMMENTS, ""));
    const { rules, shown } = sheet;
    if (!rules.some(({ hides }) => hides)) {
      this.#rules = [];
      return;
    }
    const scripts = listContents(html, "script").join("\n");
    for (const [word] of scripts.matchAll(/[\w-]+/g)) shown.add(word);
    this.#rules = rules.filter(
      ({ hides, id, classes }) => !hides || ![id, ...classes].some((name) => shown.has(name)),
    );
  }

  /** Returns true if the page hides the element. */
  hides(tag: string, attributes: TagAttributes): boolean {
    if (this.#rules.length === 0) return false;
    const classes = attributes.read("class").split(/\s+/);
    const id = attributes.read("id");
    let last: StyleRule | null = null;
    for (const rule of this.#rules) {
      const fits =
        (rule.tag === "" || rule.tag === tag) &&
        (rule.id === "" || rule.id === id) &&
        rule.classes.every((name) => classes.includes(name));
      if (fits && rule.weight >= (last?.weight ?? 0)) last = rule;
    }
    return last?.hides ?? false;
  }
}

/** Lists the contents of the elements with a tag, up to a bound. Sheets for print or other media are left out. */
export function listContents(html: string, tag: string): string[] {
  const contents: string[] = [];
  const opening = new RegExp(`<${tag}\\b([^>]*)>`, "gi");
  let length = 0;
  for (let match = opening.exec(html); match; match = opening.exec(html)) {
    const start = opening.lastIndex;
    const close = new RegExp(`</${tag}`, "gi");
    close.lastIndex = start;
    const end = close.exec(html)?.index;
    if (end === undefined) break;
    opening.lastIndex = end;
    length += end - start;
    if (length > STYLE_LENGTH_MAX) break;
    const media = /\bmedia\s*=\s*["']?([^"'>]*)/i.exec(match[1] ?? "")?.[1] ?? "";
    if (media === "" || /\b(?:all|screen)\b/i.test(media)) contents.push(html.slice(start, end));
  }
  return contents;
}

/** The rules of the style sheets of a page that hide or show elements. */
class StyleSheet {
  readonly rules: StyleRule[] = [];
  /** The ids and classes in selectors that show an element under some condition: in a parent, or on some screens. */
  readonly shown = new Set<string>();

  /** Reads a sheet. Of the rules for some media only those count that show an element. */
  read(text: string, media: "all" | "some" = "all"): void {
    for (let at = 0; at < text.length && this.rules.length < RULES_MAX;) {
      const open = text.indexOf("{", at);
      if (open < 0) return;
      const close = findClose(text, open);
      const selectors = text.slice(Math.max(at, text.lastIndexOf(";", open) + 1), open).trim();
      const content = text.slice(open + 1, close);
      at = close + 1;
      if (!selectors.startsWith("@")) this.#readRule(selectors, readHiding(content), media);
      else if (media === "all" && /^@(?:media|supports|layer)/i.test(selectors)) {
        if (!/\bprint\b/i.test(selectors)) this.read(content, "some");
      }
    }
  }

  #readRule(selectors: string, hides: boolean | null, media: "all" | "some"): void {
    if (hides === null) return;
    for (const selector of selectors.split(",")) {
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
  if (ids.length > 1 || /^(?:html|body|\*)$/i.test(tag)) return null;
  const weight = ids.length * ID_WEIGHT + classes.length * CLASS_WEIGHT + (tag === "" ? 0 : 1);
  return { tag: tag.toLowerCase(), id: ids[0] ?? "", classes, hides, weight };
}
