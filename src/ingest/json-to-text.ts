/**
 * Makes JSON readable and searchable without parsing it into memory: adds line breaks and indentation to minified JSON
 * and decodes letters that are written as \u escapes. It makes one pass. Invalid JSON is treated as text.
 */
export function jsonToText(json: string): string {
  const decoded = json.includes("\\u") ? json.replaceAll(ESCAPES, decodeEscapes) : json;
  return isMinified(decoded) ? indent(decoded) : decoded;
}

/** Runs of escapes, so that both halves of a surrogate pair are decoded together. Skips an escaped backslash. */
const ESCAPES = /\\\\|(?:\\u[0-9a-fA-F]{4})+/g;

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
  let lines = 1;
  for (let at = json.indexOf("\n"); at >= 0; at = json.indexOf("\n", at + 1)) lines++;
  return json.length / lines > LINE_LENGTH_MAX;
}

/** Deeper nesting is indented like this level, so that the text stays a small multiple of its source. */
const LEVELS_MAX = 6;
const INDENTS = Array.from({ length: LEVELS_MAX + 1 }, (_, level) => `\n${"  ".repeat(level)}`);
/** The marks that get a line break before or after them, and whole strings, which are not changed. */
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
