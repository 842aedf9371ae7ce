import type { Style } from "./style.ts";
import { eachWord, stripControls, wrap } from "./wrap.ts";

/** The layout of Markdown that is rendered for a terminal. */
export type MarkdownOptions = {
  readonly width: number;
  readonly style: Style;
  /** The prefix of every line. */
  readonly indent?: string;
};

/** Lines that belong together, with the prefixes of the first and of the other lines. */
type Block =
  | { readonly kind: "code"; readonly lines: string[] }
  | { readonly kind: "heading" | "rule"; readonly text: string }
  | { readonly kind: "text"; readonly marker: string; readonly rest: string; text: string };

const FENCE = /^\s*(?:```|~~~)/;
const HEADING = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^\s*>\s?(.*)$/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const TABLE_ROW = /^\s*\|(.*)$/;
const TABLE_RULE = /^\s*\|[\s:|-]+$/;

/**
 * Renders Markdown for a terminal: headings, paragraphs, lists, quotes, tables as rows, code, emphasis and links. It is
 * for answers of a page or less: nested quotes, HTML and reference links are not rendered. Control characters are
 * dropped, since answers come from models.
 */
export function renderMarkdown(markdown: string, options: MarkdownOptions): string {
  const { indent = "" } = options;
  const parts: string[] = [];
  let isSpaced = false;
  for (const block of readBlocks(stripControls(markdown))) {
    if (block === null) isSpaced = true;
    else {
      if (parts.length > 0 && (isSpaced || block.kind === "heading")) parts.push(indent.trimEnd());
      parts.push(showBlock(block, indent, options));
      isSpaced = block.kind === "heading";
    }
  }
  return parts.join("\n");
}

/** Parses the blocks of a text; null for the empty lines between them. */
function readBlocks(markdown: string): (Block | null)[] {
  const blocks: (Block | null)[] = [];
  let open: Block | null = null;
  const add = (block: Block | null) => {
    blocks.push(block);
    open = null;
  };
  const addOpen = (block: Block) => {
    blocks.push(block);
    open = block;
  };
  for (const line of markdown.replaceAll("\t", "    ").split("\n")) {
    const current = open as Block | null;
    if (current?.kind === "code") {
      if (FENCE.test(line)) open = null;
      else current.lines.push(line);
    } else if (FENCE.test(line)) addOpen({ kind: "code", lines: [] });
    else if (line.trim() === "") add(null);
    else {
      const block = readLine(line);
      if (block?.kind === "text" && !TABLE_ROW.test(line)) addOpen(block);
      else if (block !== null) add(block);
      else if (current?.kind === "text") current.text += ` ${line.trim()}`;
      else addOpen({ kind: "text", marker: "", rest: "", text: line.trim() });
    }
  }
  return blocks;
}

/** Parses the block that a line begins; null for a line of a plain paragraph. */
function readLine(line: string): Block | null {
  const heading = HEADING.exec(line);
  if (heading) return { kind: "heading", text: heading[2] ?? "" };
  if (RULE.test(line) || TABLE_RULE.test(line)) return { kind: "rule", text: "" };
  const row = TABLE_ROW.exec(line)?.[1];
  if (row !== undefined) {
    const cells = row.replace(/\|\s*$/, "").split(/(?<!\\)\|/);
    const text = cells.map((cell) => cell.trim().replaceAll("\\|", "|")).join(" │ ");
    return { kind: "text", marker: "", rest: "  ", text };
  }
  const quote = QUOTE.exec(line);
  if (quote) return { kind: "text", marker: "│ ", rest: "│ ", text: quote[1] ?? "" };
  const item = ITEM.exec(line);
  if (!item) return null;
  const [, depth = "", bullet = "", text = ""] = item;
  const marker = `${depth}${/\d/.test(bullet) ? bullet : "•"} `;
  return { kind: "text", marker, rest: " ".repeat(marker.length), text };
}

function showBlock(block: Block, indent: string, { width, style }: MarkdownOptions): string {
  switch (block.kind) {
    case "code":
      return block.lines.map((line) => `${indent}    ${style.cyan(line)}`.trimEnd()).join("\n");
    case "rule":
      return `${indent}${style.dim("─".repeat(3))}`;
    case "heading":
      return wrap(
        paintInline(block.text, (word) => style.bold(word), style),
        {
          width,
          first: indent,
        },
      );
    case "text":
      return wrap(showInline(block.text, style), {
        width,
        first: indent + block.marker,
        rest: indent + block.rest,
      });
  }
}

const INLINE = [
  /(?<!`)(?<code>`+)(?!`)(?<codeText>.+?)(?<!`)\k<code>(?!`)/,
  /!?\[(?<label>[^\]]*)\]\((?<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)/,
  /(?<bold>\*\*|__)(?=\S)(?<boldText>.+?)(?<=\S)\k<bold>/,
  /(?<![\w*])\*(?=[^\s*])(?<starText>[^*]+?)(?<=\S)\*(?![\w*])/,
  /(?<![\w_])_(?=[^\s_])(?<lineText>[^_]+?)(?<=\S)_(?![\w_])/,
  /\\(?<escaped>[!-/:-@[-`{-~])/,
];
const INLINE_MARKS = new RegExp(INLINE.map(({ source }) => source).join("|"), "g");

/** Renders code, links, emphasis and escapes of one block. */
function showInline(text: string, style: Style): string {
  let shown = "";
  let at = 0;
  for (const match of text.matchAll(INLINE_MARKS)) {
    shown += text.slice(at, match.index) + showMark(match.groups ?? {}, style);
    at = match.index + match[0].length;
  }
  return shown + text.slice(at);
}

function showMark(groups: Readonly<Record<string, string | undefined>>, style: Style): string {
  const { codeText, label, target = "", boldText, starText, lineText, escaped } = groups;
  if (codeText !== undefined) {
    if (!style.isStyled) return `\`${codeText}\``;
    return eachWord(codeText.trim(), style.cyan);
  }
  if (label !== undefined) {
    // A path inside of a repository is of no use on a terminal.
    const address = /^(?:https?|mailto):/.test(target) && target !== label ? ` (${target})` : "";
    return paintInline(label, style.underline, style) + style.dim(address);
  }
  if (boldText !== undefined) return paintInline(boldText, style.bold, style);
  const italic = starText ?? lineText;
  if (italic !== undefined) return paintInline(italic, style.italic, style);
  return escaped ?? "";
}

/** Paints text and renders the marks in it. */
const paintInline = (text: string, paint: (word: string) => string, style: Style) =>
  eachWord(showInline(text, style), paint);
