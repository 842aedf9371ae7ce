/** A block of Markdown. Texts in it are still Markdown of lines, which `inline.tsx` reads. */
export type Block =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | {
      readonly kind: "list";
      readonly start: number | null;
      readonly items: readonly (readonly Block[])[];
    }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: "rule" };

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])(\s+|$)/;
const TABLE_LINE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
/** Quotes and lists inside each other, beyond which a text is shown as it is. */
const DEPTH_MAX = 8;

/**
 * Reads Markdown as blocks. It knows what models write: paragraphs, headings, lists, code, quotes, tables and rules. HTML
 * is text like any other.
 */
export function readBlocks(text: string, depth = 0): Block[] {
  return new BlockReader(text.split("\n"), depth).read();
}

class BlockReader {
  readonly #lines: readonly string[];
  readonly #depth: number;
  #at = 0;

  constructor(lines: readonly string[], depth: number) {
    this.#lines = lines;
    this.#depth = depth;
  }

  read(): Block[] {
    const blocks: Block[] = [];
    while (this.#at < this.#lines.length) {
      if (this.#line().trim() === "") this.#at += 1;
      else blocks.push(this.#block());
    }
    return blocks;
  }

  #line(ahead = 0): string {
    return this.#lines[this.#at + ahead] ?? "";
  }

  #block(): Block {
    const line = this.#line();
    const fence = FENCE.exec(line);
    if (fence) return this.#code(fence[1] ?? "```", (fence[2] ?? "").trim());
    const heading = HEADING.exec(line);
    if (heading) {
      this.#at += 1;
      return { kind: "heading", level: (heading[1] ?? "").length, text: heading[2] ?? "" };
    }
    if (RULE.test(line)) {
      this.#at += 1;
      return { kind: "rule" };
    }
    if (line.includes("|") && TABLE_LINE.test(this.#line(1))) return this.#table();
    if (this.#depth < DEPTH_MAX && QUOTE.test(line)) return this.#quote();
    if (this.#depth < DEPTH_MAX && ITEM.test(line)) return this.#list();
    return this.#paragraph();
  }

  #code(fence: string, language: string): Block {
    this.#at += 1;
    const begin = this.#at;
    const isEnd = (line: string) => line.trim().startsWith(fence) && /^\s*[`~]+\s*$/.test(line);
    while (this.#at < this.#lines.length && !isEnd(this.#line())) this.#at += 1;
    const text = this.#lines.slice(begin, this.#at).join("\n");
    this.#at += 1;
    return { kind: "code", language, text };
  }

  #quote(): Block {
    const inner: string[] = [];
    while (this.#at < this.#lines.length && QUOTE.test(this.#line())) {
      inner.push(this.#line().replace(QUOTE, ""));
      this.#at += 1;
    }
    return { kind: "quote", blocks: new BlockReader(inner, this.#depth + 1).read() };
  }

  #list(): Block {
    const marker = ITEM.exec(this.#line())?.[2] ?? "-";
    const isNumbered = /\d/.test(marker);
    const items: Block[][] = [];
    for (;;) {
      const found = ITEM.exec(this.#line());
      if (!found || /\d/.test(found[2] ?? "") !== isNumbered || RULE.test(this.#line())) break;
      const indent = found[0].length;
      const inner = [this.#line().slice(indent)];
      this.#at += 1;
      while (this.#at < this.#lines.length && this.#continues(indent)) {
        inner.push(this.#line().slice(Math.min(indent, leading(this.#line()))));
        this.#at += 1;
      }
      items.push(new BlockReader(inner, this.#depth + 1).read());
      while (this.#line().trim() === "" && ITEM.test(this.#line(1))) this.#at += 1;
    }
    return { kind: "list", start: isNumbered ? Number.parseInt(marker, 10) : null, items };
  }

  /** Tests whether the line belongs to the item of a list: it is indented, or empty before an indented one. */
  #continues(indent: number): boolean {
    const line = this.#line();
    if (line.trim() === "")
      return leading(this.#line(1)) >= Math.min(indent, 2) && this.#line(1).trim() !== "";
    return leading(line) >= Math.min(indent, 2) || !this.#beginsBlock();
  }

  #beginsBlock(): boolean {
    const line = this.#line();
    return [FENCE, HEADING, RULE, QUOTE, ITEM].some((pattern) => pattern.test(line));
  }

  #table(): Block {
    const head = splitCells(this.#line());
    this.#at += 2;
    const rows: string[][] = [];
    while (this.#at < this.#lines.length && this.#line().includes("|")) {
      rows.push(splitCells(this.#line()));
      this.#at += 1;
    }
    return { kind: "table", head, rows };
  }

  #paragraph(): Block {
    const begin = this.#at;
    this.#at += 1;
    while (this.#at < this.#lines.length && this.#line().trim() !== "" && !this.#beginsBlock()) {
      this.#at += 1;
    }
    return { kind: "paragraph", text: this.#lines.slice(begin, this.#at).join("\n") };
  }
}

const leading = (line: string) => line.length - line.trimStart().length;

const splitCells = (line: string): string[] =>
  line
    .trim()
    .replace(/^\|/, "")
    .replace(/\|$/, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
