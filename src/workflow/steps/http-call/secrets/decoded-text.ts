import { NAMED_CHARACTERS } from "../../../../named-characters.ts";
import { lookUp } from "../../../../record.ts";

/**
 * A text that was decoded (from URL, JSON or HTML escapes), with the position in the original text of each of its
 * characters.
 */
export type DecodedText = {
  readonly text: string;
  /** For each character, and for the end, its index in the original text. Null if this is the original text. */
  readonly starts: Uint32Array | null;
};

/** Maximum number of decodings on top of each other, such as HTML inside JSON. */
const DECODINGS_MAX = 2;

/**
 * Yields a text, and each text that results from decoding URL, JSON or HTML escapes in it, once or twice. Secrets are
 * searched in all of them. Invalid escapes are decoded too.
 */
export function* decodings(text: string): Generator<DecodedText, void, undefined> {
  const seen = new Set([text]);
  let last: DecodedText[] = [{ text, starts: null }];
  for (let depth = 0; ; depth++) {
    yield* last;
    if (depth === DECODINGS_MAX) return;
    const next: DecodedText[] = [];
    for (const each of last) {
      for (const [escape, decode] of ESCAPES) {
        const decoded = replaceEscapes(each, escape, decode);
        if (seen.has(decoded.text)) continue;
        seen.add(decoded.text);
        next.push(decoded);
      }
    }
    last = next;
  }
}

/** Converts an index in a decoded text to the index of the same character in the original text. */
export const originalIndex = ({ starts }: DecodedText, at: number): number => starts?.[at] ?? at;

type Decode = (match: RegExpExecArray) => string | null;

const ESCAPES: readonly (readonly [RegExp, Decode])[] = [
  // URLs: %2F
  [/%([\da-f]{2})/gi, ([, hex = ""]) => String.fromCharCode(Number.parseInt(hex, 16))],
  // JSON and program text: \/ \" \u002f \u{2f} \x2f
  [
    /\\(?:u([\da-f]{4})|u\{0{0,8}([\da-f]{1,6})\}|x([\da-f]{2})|([^ux]))/gi,
    ([, unit, point, byte, letter = ""]) => {
      const hex = unit ?? point ?? byte;
      return hex === undefined ? (CONTROLS[letter] ?? letter) : readCode(hex, 16);
    },
  ],
  // HTML: &#47; &#x2f; &sol; also with up to eight zeros before the number
  [
    /&(?:#0{0,8}(\d{1,7});?|#x0{0,8}([\da-f]{1,6});?|([a-z]{2,16});)/gi,
    ([, decimal, hex, name]) => {
      if (name !== undefined) return lookUp(NAMED_CHARACTERS, name.toLowerCase()) ?? null;
      return decimal === undefined ? readCode(hex ?? "", 16) : readCode(decimal, 10);
    },
  ],
  // Lines that base64 is broken into.
  [/[\r\n]+/g, () => ""],
];

const CONTROLS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** Reads one UTF-16 unit. Null for a larger number: secrets are ASCII. */
function readCode(digits: string, radix: number): string | null {
  const code = Number.parseInt(digits, radix);
  return code <= 0xffff ? String.fromCharCode(code) : null;
}

function replaceEscapes(from: DecodedText, escape: RegExp, decode: Decode): DecodedText {
  const { text } = from;
  const starts = new Uint32Array(text.length + 1);
  const parts: string[] = [];
  let length = 0;
  const copy = (start: number, end: number) => {
    parts.push(text.slice(start, end));
    for (let at = start; at < end; at++) starts[length++] = originalIndex(from, at);
  };
  let end = 0;
  for (const match of text.matchAll(escape)) {
    const decoded = decode(match);
    if (decoded === null) continue;
    copy(end, match.index);
    end = match.index + match[0].length;
    parts.push(decoded);
    if (decoded !== "") starts[length++] = originalIndex(from, match.index);
  }
  if (end === 0) return from;
  copy(end, text.length);
  starts[length] = originalIndex(from, text.length);
  return { text: parts.join(""), starts: starts.subarray(0, length + 1) };
}
