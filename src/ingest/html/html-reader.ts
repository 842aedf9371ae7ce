import type { TokenizerCallbacks } from "htmlparser2";

import type { LossCounter } from "../../knowledge/file-warnings.ts";
import { MarkdownWriter } from "../markdown/markdown-writer.ts";
import { BLOCKS, CONTENT, FORM_CONTROLS, HEADING, LISTS } from "./element-kinds.ts";
import { writeControl } from "./form-values.ts";
import { InlineReader } from "./inline-reader.ts";
import {
  findLeftOut,
  LOSSES,
  type LeftOut,
  LeftOutRegion,
  standsAlone,
} from "./left-out-region.ts";
import { ListNumbers } from "./lists/list-numbers.ts";
import type { ListStyles } from "./lists/list-styles.ts";
import { PageHead } from "./page-head.ts";
import type { PageStyles } from "./page-styles.ts";
import { TagAttributes } from "./tag-attributes.ts";

/** The options of reading a page: what to do with menus and footers, the maximum length, the counter of losses. */
export type HtmlOptions = {
  readonly lengthMax: number;
  readonly losses: LossCounter;
  readonly menus: "left out" | "kept";
};

/** The rules of a page's style sheets: those that hide elements, and those that number lists; null without any. */
export type SheetStyles = { readonly page: PageStyles | null; readonly lists: ListStyles | null };

/** Rules with which an element, or a list, is compared in the time in which it is read. */
const [RULES_OF_ELEMENT, RULES_OF_LIST] = [50, 10];

/** A section of a table (head, body or foot), numbered within the page. */
type TablePart = { readonly tag: "thead" | "tbody" | "tfoot"; readonly number: number };

const isTablePart = (tag: string): tag is TablePart["tag"] => /^t(?:head|body|foot)$/.test(tag);

/** Reads the tokens of an HTML page and writes its text as Markdown. */
export class HtmlReader implements TokenizerCallbacks {
  /** Upper bound of the time for an element, in multiples of that in a page without style sheets. */
  readonly slowness: number;
  readonly #html: string;
  readonly #options: HtmlOptions;
  readonly #writer: MarkdownWriter;
  readonly #attributes = new TagAttributes();
  readonly #head = new PageHead();
  readonly #lists: ListNumbers;
  readonly #inline: InlineReader;
  readonly #styles: PageStyles | null;
  /** The element whose content is being left out. */
  #region: LeftOutRegion | null = null;
  #tag = "";
  /** The position after the tag that is being read. */
  #at = 0;
  /** Open elements in which a header or footer belongs to the content. */
  #content = 0;
  /** The part of the open table that rows are in. */
  #part: TablePart = { tag: "tbody", number: 0 };

  constructor(html: string, styles: SheetStyles, options: HtmlOptions) {
    this.#html = html;
    this.#options = options;
    this.#writer = new MarkdownWriter(options.lengthMax, options.losses);
    this.#lists = new ListNumbers(html, styles.lists);
    this.#styles = styles.page;
    this.slowness =
      1 +
      (styles.page?.rulesMost ?? 0) / RULES_OF_ELEMENT +
      (styles.lists?.size ?? 0) / RULES_OF_LIST;
    this.#inline = new InlineReader(this.#writer, options.losses);
  }

  /** True while the content of a menu is left out; at the end of a page, its closing tag is missing. */
  get isInMenu(): boolean {
    return this.#region?.isMenu ?? false;
  }

  /** Returns the Markdown of the page; null if it is longer than allowed. */
  finish(): string | null {
    this.#inline.finish();
    const text = this.#writer.finish();
    const title = this.#head.title;
    return text === null || text === "" || title === "" ? text : `# ${title}\n\n${text}`;
  }

  ontext(start: number, end: number): void {
    this.#text(this.#html.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.#text(String.fromCodePoint(codepoint));
  }

  oncdata(start: number, end: number, endOffset: number): void {
    this.#text(this.#html.slice(start, end - endOffset));
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, end).toLowerCase();
    this.#attributes.clear();
  }

  onattribname(start: number, end: number): void {
    this.#attributes.begin(this.#html.slice(start, end));
  }

  onattribdata(start: number, end: number): void {
    this.#attributes.add(this.#html.slice(start, end));
  }

  onattribentity(codepoint: number): void {
    this.#attributes.add(String.fromCodePoint(codepoint));
  }

  onopentagend(end: number): void {
    this.#at = end;
    this.#open(this.#tag);
  }

  onselfclosingtag(end: number): void {
    this.#at = end;
    // The slash ends an element in SVG, in MathML and in text that is left out; elsewhere HTML ignores it.
    if (this.#region) return;
    const { isForeign } = this.#inline;
    this.#open(this.#tag);
    if (isForeign || this.#region) this.#close(this.#tag);
  }

  onclosetag(start: number, end: number): void {
    this.#close(this.#html.slice(start, end).toLowerCase());
  }

  onattribend(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}

  #text(text: string): void {
    if (this.#region || this.#head.takesText(text)) return;
    this.#inline.text(text);
  }

  #open(tag: string): void {
    if (this.#region) {
      if (!this.#region.open(tag)) return;
      this.#region = null;
    }
    if (this.#head.open(tag)) return;
    const isHiddenByStyle = this.#styles?.hides(tag, this.#attributes) ?? false;
    const circumstances = { isInContent: this.#content > 0, isHiddenByStyle };
    const reason = findLeftOut(tag, this.#attributes, circumstances);
    if (reason && this.#leavesOut(reason)) {
      this.#leaveOut(tag, reason);
      return;
    }
    if (CONTENT.has(tag)) this.#content++;
    if (this.#inline.open(tag, this.#attributes)) return;
    if (HEADING.test(tag)) {
      this.#head.seeHeading(tag);
      this.#writer.openHeading(Number(tag.charAt(1)));
    } else if (BLOCKS.has(tag)) {
      this.#writer.breakBlock();
    } else {
      this.#openOther(tag);
    }
  }

  #leavesOut(reason: LeftOut): boolean {
    return this.#options.menus === "left out" || (reason !== "menu" && reason !== "footer");
  }

  #leaveOut(tag: string, reason: LeftOut): void {
    const code = LOSSES[reason];
    if (code !== null) this.#options.losses.add(code);
    if (BLOCKS.has(tag) || LISTS.has(tag)) this.#writer.breakBlock();
    else if (reason === "foreign") this.#writer.breakWord();
    if (!standsAlone(tag)) this.#region = new LeftOutRegion(tag, reason);
  }

  #openOther(tag: string): void {
    const [writer, attributes] = [this.#writer, this.#attributes];
    if (tag === "br") writer.breakLine();
    else if (LISTS.has(tag)) this.#openList(tag);
    else if (tag === "li") {
      writer.openItem(Math.max(0, this.#lists.level), this.#lists.label(attributes));
    } else if (tag === "pre") writer.openCode();
    else if (tag === "table") writer.openTable();
    else if (isTablePart(tag)) this.#openPart(tag);
    else if (tag === "tr") writer.openRow();
    else if (tag === "td" || tag === "th") this.#openCell(tag);
    else if (FORM_CONTROLS.has(tag) || tag === "input") writeControl(writer, tag, attributes);
    else if (tag === "img") this.#image();
    else if (tag === "script") writer.breakWord();
    else if (tag === "object" || tag === "embed" || tag === "canvas") {
      this.#options.losses.add("objects_without_text");
    }
  }

  #openList(tag: string): void {
    if (this.#lists.level >= 0) this.#writer.breakLine();
    else this.#writer.breakBlock();
    this.#lists.open(tag, this.#attributes, this.#at);
  }

  #openPart(tag: TablePart["tag"]): void {
    this.#part = { tag, number: this.#part.number + 1 };
  }

  #openCell(tag: "td" | "th"): void {
    const columns = this.#attributes.readNumber("colspan") ?? 1;
    const rows = this.#attributes.readNumber("rowspan") ?? 1;
    const { tag: part, number: group } = this.#part;
    const kind = part === "thead" || (tag === "th" && part === "tbody") ? "header" : "data";
    const place = { kind, columns, rows: Math.max(0, rows), group } as const;
    this.#writer.openCell(part === "tfoot" ? { ...place, isInFoot: true } : place);
  }

  #image(): void {
    const alt = this.#attributes.read("alt").trim();
    if (alt === "") this.#options.losses.add("images_without_text");
    else this.#inline.text(` ${alt} `);
  }

  #close(tag: string): void {
    if (this.#head.close(tag)) return;
    if (this.#region) {
      const closed = this.#region.close(tag);
      if (closed === "within") return;
      this.#region = null;
      if (closed === "ended") return;
    }
    if (CONTENT.has(tag)) this.#content = Math.max(0, this.#content - 1);
    if (this.#inline.close(tag)) return;
    const writer = this.#writer;
    if (HEADING.test(tag)) writer.closeHeading();
    else if (BLOCKS.has(tag)) writer.breakBlock();
    else if (LISTS.has(tag)) this.#closeList();
    else if (tag === "li") writer.closeItem();
    else if (tag === "pre") writer.closeCode();
    else if (tag === "table") {
      this.#openPart("tbody");
      writer.closeTable();
    } else if (isTablePart(tag)) this.#openPart("tbody");
    else if (tag === "tr") writer.closeRow();
    else if (FORM_CONTROLS.has(tag)) writer.breakWord();
  }

  #closeList(): void {
    this.#lists.close();
    this.#writer.closeItem();
    if (this.#lists.level < 0) this.#writer.breakBlock();
  }
}
