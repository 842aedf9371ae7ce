/**
 * The bounds of everything that the service stores or passes on, and the functions that measure it. A row of a database
 * holds 2 MB and a call between objects 32 MiB, whoever the text comes from: a client, a model, a tool or a provider.
 */

/** Maximum bytes of a row in D1 and in an object's database, its columns together. */
export const ROW_BYTES_MAX = 2_000_000;

/**
 * Maximum bytes of a JSON value that shares its row with small columns only: a conversation item, a response's request,
 * or a batch of the facts that an answer reports while it is made (sources, text, citations).
 */
export const STORED_JSON_BYTES_MAX = 1_800_000;

/** Maximum bytes of a JSON body that a client sends. */
export const JSON_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Maximum bytes as JSON of the stored request of a response, without its input, which is stored as items. The row also
 * holds the response's outcome.
 */
export const REQUEST_BYTES_MAX = 1_500_000;

/**
 * Maximum bytes of the text of a chunk, the part of a document that search finds. Chunks are cut by tokens, and no
 * script needs nearly this many bytes for them.
 */
export const CHUNK_TEXT_BYTES_MAX = 524_288;

/**
 * Maximum bytes of an answer as JSON, with its citations. A longer answer of a model is cut there, as if it had reached
 * its token limit. The output of a step can hold an answer twice, as text and as parsed JSON, and must still fit one
 * row.
 */
export const ANSWER_BYTES_MAX = 460_000;

/**
 * Maximum bytes as JSON of the facts (sources, text, citations) of an answer that a custom workflow returns. When they
 * are stored, the citations may be stored a second time, in the answer's item.
 */
export const WORKFLOW_ANSWER_BYTES_MAX = 900_000;

/**
 * Maximum total bytes of the values that one call to an object passes or returns as a list, such as the items of a
 * conversation: half of the 32 MiB that the platform allows for a call.
 */
export const LISTED_BYTES_MAX = 16 * 1024 * 1024;

/** Maximum nesting of JSON from a client, a model or a tool, in arrays and objects. */
export const JSON_DEPTH_MAX = 100;

/**
 * Maximum nesting of JSON that expressions of workflows read, such as a run's input. It is less than `JSON_DEPTH_MAX`,
 * since CEL walks a value with several calls for each level.
 */
export const EXPRESSION_DEPTH_MAX = 64;

/** Maximum nesting of a template in a workflow. The value of an expression may be as deep as the rest again. */
export const TEMPLATE_DEPTH_MAX = 50;

/** Tests whether a parsed value is nested at most `depth` deep, in arrays and objects. It stops at the bound. */
export function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((part) => isShallow(part, depth - 1));
}

/** Computes the length of a text in UTF-8, in bytes; a lone surrogate counts as its replacement. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(at + 1))) {
      // A pair has four bytes, of which its two units are counted as two already.
      at += 1;
    }
  }
  return bytes;
}

/** Computes the bytes of a value as JSON in UTF-8. `undefined` counts as null. */
export const jsonBytes = (value: unknown): number => utf8Length(JSON.stringify(value ?? null));

/** Cuts a text to the longest prefix that has at most `bytesMax` bytes as JSON, without the quotes around it. */
export function cutToJsonBytes(text: string, bytesMax: number): string {
  let end = 0;
  let bytes = 0;
  for (const character of text) {
    bytes += jsonBytes(character) - 2;
    if (bytes > bytesMax) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/**
 * Tests whether arrays and objects in a JSON text are nested deeper than `depth`. It neither parses nor recurses, so it
 * is safe before code that would recurse too deeply. For text that is not JSON, the result has no meaning.
 */
export const isNestedDeeper = (json: string, depth: number): boolean =>
  findTooDeep(json, depth) !== null;

/**
 * Finds a part of a JSON text in which arrays and objects are nested deeper than `depth`. Returns the key of the
 * outermost object that holds it, "" if the outermost value is an array, or null if nothing is too deep.
 */
export function findTooDeep(json: string, depth: number): string | null {
  let open = 0;
  let member = "";
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit === QUOTE) {
      const end = endOfString(json, at);
      if (open === 1) member = json.slice(at + 1, end);
      at = end;
    } else if (unit === BRACKET || unit === BRACE) {
      open += 1;
      if (open > depth) return member;
    } else if (unit === BRACKET_END || unit === BRACE_END) {
      open -= 1;
    }
  }
  return null;
}

/** Finds the closing quote of the string that opens at `start`; the text's end if it has none. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit === QUOTE) return at;
    if (unit === BACKSLASH) at += 1;
  }
  return json.length;
}

const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
