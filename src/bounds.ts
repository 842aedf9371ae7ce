/**
 * The bounds of everything that the service stores or passes on, and the functions that measure it. A row of a database
 * holds 2 MB and a call between objects 32 MiB, whoever the text comes from: a client, a model, a tool or a provider.
 */

/** Maximum bytes of a row in D1 or in the database of a Durable Object, all columns together. */
export const ROW_BYTES_MAX = 2_000_000;

/**
 * Maximum bytes of a JSON value that shares its row with small columns only: a conversation item, a response's request,
 * or several entries of an answer's log (sources, text, citations).
 */
export const STORED_JSON_BYTES_MAX = 1_800_000;

/** Maximum bytes of the JSON body of a client's request. */
export const JSON_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Maximum bytes, as JSON, of a response's request as it is stored, without its input, whose items are stored
 * separately. The same row also holds the response's outcome.
 */
export const REQUEST_BYTES_MAX = 1_500_000;

/**
 * Maximum bytes of the text of a chunk. Texts are split into chunks by their number of tokens; the text of a chunk is
 * far smaller than this in every language.
 */
export const CHUNK_TEXT_BYTES_MAX = 524_288;
/** Maximum size of the units of a chunk, as they are stored. A chunk with more is kept without them. */
export const UNITS_BYTES_MAX = 131_072;

/**
 * Maximum bytes, as JSON, of an answer with its citations. A longer answer of a model is cut, as if it had reached its
 * token limit. The output of a workflow step can hold an answer twice, as text and as parsed JSON, and must still fit
 * one row.
 */
export const ANSWER_BYTES_MAX = 460_000;

/**
 * Maximum bytes, as JSON, of the facts (sources, text, citations) of an answer that a custom workflow returns. It
 * leaves room for the citations to be stored twice: in the answer's log and in the output item of the response.
 */
export const WORKFLOW_ANSWER_BYTES_MAX = 900_000;

/**
 * Maximum total bytes of the list of values that one call to a Durable Object passes or returns, such as the items of a
 * conversation. It is half of the 32 MiB that the platform allows for a call.
 */
export const LISTED_BYTES_MAX = 16 * 1024 * 1024;

/** Maximum nesting depth (arrays and objects) of JSON from a client, a model or a tool. */
export const JSON_DEPTH_MAX = 100;

/**
 * Maximum nesting depth of JSON that workflow expressions read, such as a run's input. It is less than
 * `JSON_DEPTH_MAX`, since CEL walks a value with several recursive calls for each level.
 */
export const EXPRESSION_DEPTH_MAX = 64;

/**
 * Maximum nesting depth of a template in a workflow, without the values of its expressions. The values may add as many
 * levels.
 */
export const TEMPLATE_DEPTH_MAX = 50;

/**
 * Tests whether the arrays and objects of a parsed value are nested at most `depth` deep. The function recurses at most
 * `depth` levels.
 */
export function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((part) => isShallow(part, depth - 1));
}

/** Counts the bytes of a text in UTF-8. A lone surrogate counts as its replacement character, three bytes. */
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

/** Counts the bytes of a value as JSON in UTF-8. `undefined` counts as null. */
export const jsonBytes = (value: unknown): number => utf8Length(JSON.stringify(value ?? null));

/**
 * Cuts a text to its longest prefix that has at most `bytesMax` bytes as a JSON string, without the quotes around it.
 */
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
 * Tests whether arrays and objects in a JSON text are nested deeper than `depth`. It neither parses the text nor
 * recurses, so it is safe to call before code that would recurse too deeply. For text that is not JSON, the result has
 * no meaning.
 */
export const isNestedDeeper = (json: string, depth: number): boolean =>
  findTooDeep(json, depth) !== null;

/**
 * Finds where arrays and objects in a JSON text are nested deeper than `depth`. Returns the property of the outermost
 * object that contains the place, "" if the outermost value is an array, or null if nothing is nested too deeply.
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

/**
 * Finds the closing quote of the string that opens at `start`; the text's end if it has none. A quote after an odd number
 * of backslashes is escaped.
 */
function endOfString(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (json.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
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
