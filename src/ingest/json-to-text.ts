/**
 * Makes JSON readable and searchable without parsing it into memory: minified JSON gets its lines and indentation
 * back, and letters that were written as \u escapes become letters. One pass; broken JSON passes through as text.
 */
export function jsonToText(json: string): string {
  const decoded = json.includes("\\u") ? json.replaceAll(ESCAPES, decodeEscapes) : json;
  return isMinified(decoded) ? indent(decoded) : decoded;
}

/** Runs of escapes, so that the two halves of a surrogate pair are decoded together. An escaped backslash is skipped. */
const ESCAPES = /\\\\|(?:\\u[0-9a-fA-F]{4})+/g;

function decodeEscapes(escapes: string): string {
  if (escapes === "\\\\") return escapes;
  const text = escapes.replaceAll(/\\u(.{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  // Quotes, backslashes and control characters would change what the JSON says.
  return text.isWellFormed() && !UNSAFE.test(text) ? text : escapes;
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNSAFE = /[\u0000-\u009f]/;

/** Lines longer than this on average were not meant to be read. */
const LINE_LENGTH_MAX = 400;

function isMinified(json: string): boolean {
  let lines = 1;
  for (let at = json.indexOf("\n"); at >= 0; at = json.indexOf("\n", at + 1)) lines++;
  return json.length / lines > LINE_LENGTH_MAX;
}

/** Deeper nesting is written at this level, so that the text stays a small multiple of its source. */
const LEVELS_MAX = 6;
const INDENTS = Array.from({ length: LEVELS_MAX + 1 }, (_, level) => `\n${"  ".repeat(level)}`);
/** What a line break is written after or before: the marks outside of strings, and whole strings to leave alone. */
const TOKENS = /"(?:[^"\\]|\\[^])*"?|[[{]\s*[\]}]|[[\]{},:]/g;

function indent(json: string): string {
  let level = 0;
  return json.replaceAll(TOKENS, (token) => {
    if (token === "{" || token === "[") return token + lineBreak(++level);
    if (token === "}" || token === "]") return lineBreak(--level) + token;
    if (token === ",") return token + lineBreak(level);
    return token === ":" ? ": " : token;
  });
}

function lineBreak(level: number): string {
  return INDENTS[Math.min(Math.max(0, level), LEVELS_MAX)] ?? "\n";
}
