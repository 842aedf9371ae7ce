import type { LossCounter } from "../../knowledge/file-warnings.ts";

/** The lines between two lines of three hyphens at the start of a file. */
const FRONT_MATTER = /^---[ \t]*\n([^]{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/;
/** An image whose data is in the text, in Markdown or HTML. */
const DATA_IMAGE = /!\[([^\]\n]{0,500})\]\(\s*<?data:[^()[\]\s>]*>?[^)\n]{0,300}\)/g;
const DATA_TAG = /<img\b[^>]{0,500}?\ssrc\s*=\s*["']data:[^"'<>]*["'][^>]{0,500}>/gi;
/** The definition of an image to which the text refers by a name. */
const DATA_REFERENCE = /^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*<?data:\S+.*$/gm;
const ALT = /\salt\s*=\s*["']([^"']{0,500})["']/i;

/**
 * Cleans the text of a Markdown file: the front matter becomes lines of "key: value" at its head, and images whose data
 * is in the text are replaced by their alternative text. An image without one counts as lost.
 */
export function cleanMarkdown(source: string, losses: LossCounter): string {
  const matter = source.startsWith("---") ? FRONT_MATTER.exec(source) : null;
  const body = matter ? source.slice(matter[0].length) : source;
  const keep = (alt: string) => {
    if (alt.trim() === "") losses.add("images_without_text");
    return alt.trim();
  };
  const text = body.includes("data:")
    ? body
        .replaceAll(DATA_IMAGE, (_, alt: string) => keep(alt))
        .replaceAll(DATA_TAG, (tag: string) => keep(ALT.exec(tag)?.[1] ?? ""))
        .replaceAll(DATA_REFERENCE, () => keep(""))
    : body;
  const head = matter ? readFrontMatter(matter[1] ?? "") : "";
  return head === "" ? text : `${head}\n\n${text.replace(/^\n+/, "")}`;
}

/** Tests quickly whether a Markdown text may contain HTML or named characters. */
export const hasHtml = (markdown: string): boolean => /<[a-z!/]|&[a-z#]/i.test(markdown);

/** Writes YAML or the like as lines of "key: value"; the items of a list stand on the line of its key. */
function readFrontMatter(matter: string): string {
  const lines: string[] = [];
  for (const line of matter.split("\n")) {
    const item = /^\s*-\s+(.*)$/.exec(line)?.[1];
    const last = lines.at(-1);
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    if (item !== undefined && last !== undefined) {
      lines[lines.length - 1] = last + (last.endsWith(":") ? " " : ", ") + unquote(item);
    } else {
      const pair = /^(\s*[^:\s][^:]*):\s*(.*)$/.exec(line);
      lines.push(
        pair ? `${(pair[1] ?? "").trim()}: ${unquote(pair[2] ?? "")}`.trim() : line.trim(),
      );
    }
  }
  return lines.join("\n");
}

const unquote = (value: string) => value.trim().replace(/^(["'])(.*)\1$/, "$2");
