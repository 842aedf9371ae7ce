import type { Sliced } from "../slices.ts";

/**
 * Formats JSON text so that it can be read and searched, without parsing it into memory: adds line breaks and
 * indentation to minified JSON, and decodes letters written as \u escapes. Invalid JSON is treated as text. Returns
 * null if the text would exceed `lengthMax` characters.
 */
export function* jsonToText(json: string, lengthMax: number): Sliced<string | null> {
  const decoded = json.includes("\\u") ? yield* decode(json) : json;
  return isMinified(decoded) ? yield* indent(decoded, lengthMax) : decoded;
}

/** Tokens that take about 10 ms. */
const TOKENS_A_SLICE = 20_000;

/**
 * Runs of escapes, so that both halves of a surrogate pair are decoded together. Skips an escaped backslash. A group
 * that repeats millions of times would overflow the stack of the regular expression engine.
 */
const ESCAPES = /\\\\|(?:\\u[0-9a-fA-F]{4}){1,1000}/g;

/** Characters of an escape. */
const ESCAPED_LENGTH = 6;

function* decode(json: string): Sliced<string> {
  const parts: string[] = [];
  let from = 0;
  let work = 0;
  for (const { 0: escapes, index } of json.matchAll(ESCAPES)) {
    parts.push(json.slice(from, index), decodeEscapes(escapes));
    from = index + escapes.length;
    work += ESCAPED_LENGTH + escapes.length;
    if (work < ESCAPED_LENGTH * TOKENS_A_SLICE) continue;
    work = 0;
    yield;
  }
  parts.push(json.slice(from));
  return parts.join("");
}

function decodeEscapes(escapes: string): string {
  if (escapes === "\\\\") return escapes;
  const text = escapes.replaceAll(/\\u(.{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  // Quotes, backslashes and control characters would change the meaning of the JSON.
  return text.isWellFormed() && !UNSAFE.test(text) ? text : escapes;
}

// oxlint-disable-next-line no-control-regex -- the pattern searches for control characters
const UNSAFE = /[\u0000-\u009f]/;

/** JSON with a greater mean line length is not meant to be read. */
const LINE_LENGTH_MAX = 400;

function isMinified(json: string): boolean {
  const linesMax = json.length / LINE_LENGTH_MAX;
  let lines = 1;
  for (let at = json.indexOf("\n"); at >= 0 && lines < linesMax; at = json.indexOf("\n", at + 1)) {
    lines++;
  }
  return lines < linesMax;
}

/** Deeper nesting is indented like this level, so that the text stays a small multiple of its source. */
const LEVELS_MAX = 6;
const INDENTS = Array.from({ length: LEVELS_MAX + 1 }, (_, level) => `\n${"  ".repeat(level)}`);
/** The marks that get a line break before or after them, and the start of a string, which is not changed. */
const TOKENS = /"|[[{]\s*[\]}]|[[\]{},:]/g;

function* indent(json: string, lengthMax: number): Sliced<string | null> {
  const pattern = new RegExp(TOKENS);
  const parts: string[] = [];
  let from = 0;
  let level = 0;
  let tokens = 0;
  let added = 0;
  for (let match = pattern.exec(json); match; match = pattern.exec(json)) {
    const [token] = match;
    if (++tokens % TOKENS_A_SLICE === 0) yield;
    if (token === '"') {
      pattern.lastIndex = yield* stringEnd(json, match.index + 1);
      continue;
    }
    parts.push(json.slice(from, match.index));
    from = match.index + token.length;
    let written = token;
    if (token === "{" || token === "[") written = token + lineBreak(++level);
    else if (token === "}" || token === "]") written = lineBreak(--level) + token;
    else if (token === ",") written = token + lineBreak(level);
    else if (token === ":") written = ": ";
    parts.push(written);
    added += written.length - token.length;
    if (json.length + added > lengthMax) return null;
  }
  parts.push(json.slice(from));
  return parts.join("");
}

/**
 * Where the string that is open at `from` ends: after a quotation mark with an even number of backslashes before it.
 */
function* stringEnd(json: string, from: number): Sliced<number> {
  let marks = 0;
  for (let end = json.indexOf('"', from); end >= 0; end = json.indexOf('"', end + 1)) {
    let slashes = 0;
    while (end - 1 - slashes >= from && json.charAt(end - 1 - slashes) === "\\") slashes++;
    if (slashes % 2 === 0) return end + 1;
    if (++marks % TOKENS_A_SLICE === 0) yield;
  }
  return json.length;
}

function lineBreak(level: number): string {
  return INDENTS[Math.min(Math.max(0, level), LEVELS_MAX)] ?? "\n";
}
