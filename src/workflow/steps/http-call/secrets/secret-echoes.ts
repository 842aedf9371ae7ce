import { type DecodedText, decodings, originalIndex } from "./decoded-text.ts";
import { type EncodedForm, encodedForms, fold, SECRET_CHARACTERS_MIN } from "./encoded-forms.ts";

/**
 * Removes secrets from texts that an API returned. Servers repeat request headers in answers and errors, and steps'
 * outputs and errors are stored and shown. A secret is found as plain text, in base64 and in hexadecimal, in any case
 * of its letters, and also if it is escaped once or twice by the rules of URLs, JSON or HTML. It is replaced by
 * `{{secrets.NAME}}`.
 *
 * The search compares a rolling hash of `WINDOW` characters with the beginnings of all forms of all secrets (the
 * Rabin–Karp algorithm), so its cost does not depend on the number of secrets.
 */
export class SecretEchoes {
  readonly #forms = new Map<number, Form[]>();
  /** Marks the hashes in `#forms` by their lower bits, since a look-up for each character would be slow. */
  readonly #mayBegin = new Uint8Array(1 << 16);

  constructor(secrets: ReadonlyMap<string, string>) {
    for (const [name, value] of secrets) {
      for (const form of encodedForms(value)) {
        if (form.codes.length < WINDOW) continue;
        const hash = form.codes.subarray(0, WINDOW).reduce(addToHash, 0);
        this.#mayBegin[hash & 0xffff] = 1;
        const known = this.#forms.get(hash);
        if (known) known.push({ ...form, name });
        else this.#forms.set(hash, [{ ...form, name }]);
      }
    }
  }

  /** Returns the text with every secret in it replaced by its reference, `{{secrets.NAME}}`. */
  remove(text: string): string {
    return replace(text, this.#find(text, matchWhole));
  }

  /**
   * Returns a text that was cut off, with every secret in it replaced by its reference; also a secret at its end of
   * which only the first characters are left.
   */
  removeFromCut(text: string): string {
    return replace(text, this.#find(text, matchBeginningIn(text)));
  }

  #find(text: string, match: Match): Echo[] {
    if (this.#forms.size === 0 || text.length < WINDOW) return [];
    const echoes: Echo[] = [];
    for (const decoded of decodings(text)) this.#search(decoded, match, echoes);
    return echoes;
  }

  #search(decoded: DecodedText, match: Match, echoes: Echo[]): void {
    const { text } = decoded;
    let hash = 0;
    for (let end = 0; end < text.length; end++) {
      if (end >= WINDOW) hash = (hash - Math.imul(codeAt(text, end - WINDOW), DROPPED)) | 0;
      hash = addToHash(hash, codeAt(text, end));
      if (end + 1 < WINDOW || this.#mayBegin[hash & 0xffff] === 0) continue;
      for (const form of this.#forms.get(hash) ?? []) {
        const echo = match(decoded, end + 1 - WINDOW, form);
        if (echo) echoes.push(echo);
      }
    }
  }
}

type Form = EncodedForm & { readonly name: string };
/** Matches a form at a place of a decoded text. */
type Match = (decoded: DecodedText, start: number, form: Form) => Echo | null;
/** A place of the original text that repeats a secret. */
type Echo = { readonly start: number; readonly end: number; readonly name: string };

const WINDOW = SECRET_CHARACTERS_MIN;
const FACTOR = 16_777_619;
/** The factor that the oldest character of a window has in its hash. */
const DROPPED = Array.from({ length: WINDOW - 1 }).reduce<number>(
  (power) => Math.imul(power, FACTOR),
  1,
);
const codeAt = (text: string, at: number) => fold(text.charCodeAt(at));
const addToHash = (hash: number, code: number) => (Math.imul(hash, FACTOR) + code) | 0;

function matchWhole(decoded: DecodedText, start: number, form: Form): Echo | null {
  const { text } = decoded;
  const length = countEqual(text, start, form.codes);
  if (length < form.codes.length) return null;
  // The neighbours in base64 contain bits of the secret, or pad it.
  const first = isBase64(text[start - 1]) ? start - form.before : start;
  let last = start + length;
  if (form.after > 0) {
    if (isBase64(text[last])) last += 1;
    while (text[last] === "=") last += 1;
  }
  return createEcho(decoded, first, last, form);
}

/** Matches a form also if the text ends within it, or within an escape of one of its characters. */
function matchBeginningIn(original: string): Match {
  return (decoded, start, form) => {
    const { length } = decoded.text;
    const end = start + countEqual(decoded.text, start, form.codes);
    const isCut = end === length || endsInEscape(original, decoded, { start, end });
    const first = Math.max(0, start - form.before);
    return isCut ? createEcho(decoded, first, length, form) : matchWhole(decoded, start, form);
  };
}

/**
 * Tests whether a text ends within an escape that begins in the part from `start` to `end`, or right after it. The first
 * characters of the escape, which are not decoded, may equal characters of the secret.
 */
function endsInEscape(
  original: string,
  decoded: DecodedText,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  for (let at = end; at >= start; at--) {
    const from = originalIndex(decoded, at);
    if (original.length - from > ESCAPE_MAX) return false;
    if (CUT_ESCAPE.test(original.slice(from))) return true;
  }
  return false;
}

/** Maximum length of a cut escape. */
const ESCAPE_MAX = 25;
/** The beginning of an escape, or of one inside another one, at the end of a text. */
const CUT_ESCAPE = /^[%\\&][\w#;\\%{]{0,24}$/;

function countEqual(text: string, start: number, codes: Uint8Array): number {
  let count = 0;
  while (count < codes.length && start + count < text.length) {
    if (codeAt(text, start + count) !== codes[count]) break;
    count += 1;
  }
  return count;
}

const createEcho = (decoded: DecodedText, first: number, last: number, { name }: Form): Echo => ({
  start: originalIndex(decoded, first),
  end: originalIndex(decoded, last),
  name,
});

const isBase64 = (letter: string | undefined) => letter !== undefined && /[\w+/-]/.test(letter);

/** Replaces echoes by the names of their secrets. Of echoes that overlap, the longest one gives the name. */
function replace(text: string, echoes: readonly Echo[]): string {
  const inOrder = echoes.toSorted((a, b) => a.start - b.start);
  const parts: string[] = [];
  let at = 0;
  for (let next = 0; next < inOrder.length;) {
    let widest = inOrder[next];
    if (!widest) break;
    const { start } = widest;
    let { end } = widest;
    for (next += 1; next < inOrder.length; next++) {
      const other = inOrder[next];
      if (!other || other.start >= end) break;
      if (other.end - other.start > widest.end - widest.start) widest = other;
      end = Math.max(end, other.end);
    }
    parts.push(text.slice(at, start), `{{secrets.${widest.name}}}`);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join("");
}
