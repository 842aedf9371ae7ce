import { appendPath } from "../text/append-path.ts";

/**
 * Front matter: the lines between two lines of three hyphens (YAML) or three plus signs (TOML) at the start of a file.
 */
const YAML = /^---[ \t]*\n([^]{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/;
const TOML = /^\+\+\+[ \t]*\n([^]{0,20000}?)\n\+\+\+[ \t]*(?:\n|$)/;
const EMPTY = /^\s*(?:#.*)?$/;
const YAML_PAIR = /^(\s*)([^:\s][^:]*):(?:\s+(.*)|\s*)$/;
const TOML_PAIR = /^\s*([\w."'-]+)\s*=\s*(.*)$/;
const TOML_TABLE = /^\s*\[{1,2}([^\]]+)\]{1,2}\s*$/;
/** The mark of a YAML block text, whose lines follow below its key. */
const BLOCK_TEXT = /^[>|][+-]?\d?$/;

/**
 * A Markdown file split into its front matter, as lines of "key: value" (`head`, "" without any), and the text below
 * (`body`).
 */
export type FrontMatter = { readonly head: string; readonly body: string };

/** Splits the YAML or TOML front matter from the text of a Markdown file. */
export function readFrontMatter(source: string): FrontMatter {
  const yaml = source.startsWith("---") ? YAML.exec(source) : null;
  if (yaml) return { head: readYaml(yaml[1] ?? ""), body: source.slice(yaml[0].length) };
  const toml = source.startsWith("+++") ? TOML.exec(source) : null;
  if (toml) return { head: readToml(toml[1] ?? ""), body: source.slice(toml[0].length) };
  return { head: "", body: source };
}

type OpenKey = { readonly indent: number; readonly path: string };

/**
 * Converts YAML to lines of "key: value". A nested key has the keys around it: "owner.name: Ada". List items and texts
 * of several lines are joined on the line of their key.
 */
function readYaml(matter: string): string {
  const lines: string[] = [];
  let open: OpenKey[] = [];
  let isText = false;
  for (const line of matter.split("\n")) {
    if (EMPTY.test(line)) continue;
    const indent = line.length - line.trimStart().length;
    const continues: boolean = isText && indent > (open.at(-1)?.indent ?? 0);
    isText &&= continues;
    const item = /^\s*-\s+(.*)$/.exec(line)?.[1];
    const pair = YAML_PAIR.exec(line);
    if (continues) addToLast(lines, line.trim(), " ");
    else if (item !== undefined && lines.length > 0) addToLast(lines, unquote(item), ", ");
    else if (pair) {
      const [, , key = "", value = ""] = pair;
      open = open.filter((one) => one.indent < indent);
      const path = [...open.map((one) => one.path), key.trim()].reduce(appendPath, "");
      isText = BLOCK_TEXT.test(value.trim());
      open.push({ indent, path: key.trim() });
      lines.push(`${path}: ${isText ? "" : readValue(value)}`.trim());
    } else lines.push(line.trim());
  }
  return dropOuterKeys(lines).join("\n");
}

/** Removes the lines of keys that only contain nested keys, since the lines of these have the key too. */
const dropOuterKeys = (lines: readonly string[]): string[] =>
  lines.filter(
    (line, at) =>
      !(line.endsWith(":") && (lines[at + 1] ?? "").startsWith(`${line.slice(0, -1)}.`)),
  );

function readToml(matter: string): string {
  const lines: string[] = [];
  let table = "";
  for (const line of matter.split("\n")) {
    if (EMPTY.test(line)) continue;
    const [, key = "", value = ""] = TOML_PAIR.exec(line) ?? [];
    const named = TOML_TABLE.exec(line)?.[1];
    if (named !== undefined) table = `${appendPath("", named.trim())}.`;
    else
      lines.push(key === "" ? line.trim() : `${table}${unquote(key)}: ${readValue(value)}`.trim());
  }
  return lines.join("\n");
}

function addToLast(lines: string[], text: string, separator: string): void {
  const last = lines.at(-1) ?? "";
  lines[lines.length - 1] = `${last}${last.endsWith(":") ? " " : separator}${text}`;
}

/** Converts a YAML or TOML value to text: removes quotation marks, and writes a list in brackets as "a, b". */
function readValue(value: string): string {
  const list = /^\[([^[\]{}]*)\]$/.exec(value.trim())?.[1];
  if (list === undefined || list.trim() === "") return unquote(value);
  return list.split(",").map(unquote).join(", ");
}

const unquote = (value: string) => value.trim().replace(/^(["'])(.*)\1$/, "$2");
