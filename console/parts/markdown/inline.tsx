import type { ComponentChildren } from "preact";

/** Begins a mark in a text: the next character is the mark's number, counted from `MARK_BASE`. */
export const MARK = "\ue000";
/** The character of the mark with the number 0. */
export const MARK_BASE = 0xe100;

/** Shows a mark, such as a citation, by its number. */
export type ShowMark = (mark: number) => ComponentChildren;

/** The pieces of a line. Each is bounded, so that a hostile text costs a time in proportion to its length. */
const PIECE = new RegExp(
  [
    /(?<code>(?<!`)(?<ticks>`{1,9})(?!`)(?<codeText>[\s\S]{1,2000}?)(?<!`)\k<ticks>(?!`))/u,
    /(?<image>!\[(?<alt>[^\]]{0,500})\]\([^)\s]{0,2000}(?:\s[^)]{0,500})?\))/u,
    /(?<link>\[(?<label>[^\]]{1,500})\]\((?<target>[^)\s]{1,2000})(?:\s[^)]{0,500})?\))/u,
    /(?<auto>\bhttps?:\/\/[^\s<>\])]{1,2000}[^\s<>\]).,;:!?'"])/u,
    /(?<strong>(?<two>\*\*|__)(?=\S)(?<strongText>[\s\S]{0,2000}?\S)\k<two>)/u,
    /(?<em>(?<![\w*])(?<one>[*_])(?=[^\s*_])(?<emText>[^*_]{0,1000}?[^\s*_])\k<one>(?![\w*]))/u,
    /(?<gone>~~(?=\S)(?<goneText>[\s\S]{0,2000}?\S)~~)/u,
    /(?<mark>\ue000(?<number>[\ue100-\uf8ff]))/u,
    /(?<escape>\\(?<sign>[\\`*_{}[\]()#+\-.!|~>]))/u,
    /(?<break>(?: {2,}|\\)\n)/u,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gu",
);
const DEPTH_MAX = 6;

/** Reads the Markdown of a line as nodes. Links lead to http, https and mailto alone; images are named, never loaded. */
export function readInline(text: string, showMark: ShowMark, depth = 0): ComponentChildren[] {
  if (depth > DEPTH_MAX) return [text];
  const nodes: ComponentChildren[] = [];
  let end = 0;
  for (const match of text.matchAll(PIECE)) {
    if (match.index > end) nodes.push(text.slice(end, match.index));
    nodes.push(showPiece(match, showMark, depth));
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}

function showPiece(match: RegExpMatchArray, showMark: ShowMark, depth: number): ComponentChildren {
  const found = match.groups ?? {};
  const inner = (text: string | undefined) => readInline(text ?? "", showMark, depth + 1);
  if (found["code"] !== undefined) return <code>{withoutMarks(found["codeText"] ?? "")}</code>;
  if (found["image"] !== undefined)
    return <span class="soft">[image: {found["alt"] || "untitled"}]</span>;
  if (found["link"] !== undefined)
    return <Link target={found["target"] ?? ""}>{inner(found["label"])}</Link>;
  if (found["auto"] !== undefined) return <Link target={found["auto"]}>{found["auto"]}</Link>;
  if (found["strong"] !== undefined) return <strong>{inner(found["strongText"])}</strong>;
  if (found["em"] !== undefined) return <em>{inner(found["emText"])}</em>;
  if (found["gone"] !== undefined) return <s>{inner(found["goneText"])}</s>;
  if (found["mark"] !== undefined)
    return showMark((found["number"] ?? "").charCodeAt(0) - MARK_BASE);
  if (found["break"] !== undefined) return <br />;
  return found["sign"] ?? match[0];
}

const SAFE = /^(?:https?:\/\/|mailto:)/i;

/** A link of a document or a model: it opens apart from the console, and says nothing of where it was followed. */
function Link({ target, children }: { target: string; children: ComponentChildren }) {
  if (!SAFE.test(target)) return <span>{children}</span>;
  return (
    <a href={target} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

const withoutMarks = (text: string) =>
  text.replaceAll(new RegExp(`${MARK}[\ue100-\uf8ff]`, "gu"), "");
