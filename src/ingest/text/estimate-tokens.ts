/**
 * Estimates the tokens of a text without a tokenizer. A vocabulary like GPT's has megabytes and differs between models.
 * Chunk sizes only need an estimate that is cheap and has similar errors in all languages:
 *
 * - a word in an alphabet counts 1 token for every 8 letters or part of 8, a number 1 for every 3 digits;
 * - Han, kana and Hangul count 1 token per character; Thai, Lao, Khmer and Myanmar 1 for every 2; Arabic, Hebrew and
 *   the scripts of India 1 for every 3;
 * - any other character counts 1, a surrogate pair 2, a run of the same mark ("-----") 1 for every 4;
 * - white space is free, since tokens include it, except that a run counts 1 for every 64 complete characters.
 *
 * Cutting a text never lowers the sum over its pieces, so the sizes of the parts are an upper bound for the whole.
 */
export function estimateTokens(text: string, start = 0, end = text.length): number {
  let tokens = 0;
  let runKind = 0;
  let runLength = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    const kind = classify(code);
    if (kind !== runKind) {
      tokens += runTokens(runKind, runLength);
      runKind = kind;
      runLength = 0;
    }
    runLength++;
  }
  return tokens + runTokens(runKind, runLength);
}

/**
 * Tests whether a UTF-16 code unit is white space, exactly as `\s` in a regular expression and `String.prototype.trim`
 * do.
 */
export function isSpace(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  if (code < 160) return false;
  return (
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000 ||
    code === 0xfeff
  );
}

/**
 * Tests whether a UTF-16 code unit is of a script without spaces between words, which has one or two characters per
 * token.
 */
export function isDense(code: number): boolean {
  const kind = classify(code);
  return kind === KIND.ideograph || kind === KIND.southEastAsian;
}

const KIND = { space: 0, word: 1, digit: 2, ideograph: 3, southEastAsian: 4, abjad: 5 } as const;

/** Every mark has its own kind, so that a run consists of the same mark. */
const MARK = 16;

function classify(code: number): number {
  if (code < 128) {
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return KIND.word;
    if (code >= 48 && code <= 57) return KIND.digit;
    return isSpace(code) ? KIND.space : MARK + code;
  }
  if (isSpace(code)) return KIND.space;
  if (code < 0xc0) return MARK + code;
  if (code < 0x590) return KIND.word;
  if (code < 0xe00) return KIND.abjad;
  if (code < 0x10a0) return KIND.southEastAsian;
  if (code < 0x1100) return KIND.word;
  if (code < 0x1200) return KIND.ideograph;
  if (code >= 0x1780 && code < 0x1800) return KIND.southEastAsian;
  if (code < 0x2000) return KIND.word;
  if (code < 0x2e80) return MARK + code;
  if (code < 0xd800) return KIND.ideograph;
  if (code < 0xe000) return KIND.ideograph;
  return code < 0xfb00 ? KIND.ideograph : code < 0xff00 ? KIND.abjad : KIND.ideograph;
}

/** Estimates the tokens of `length` characters of white space between two words. */
export function spaceTokens(length: number): number {
  return Math.floor(length / 64);
}

function runTokens(kind: number, length: number): number {
  if (kind === KIND.space) return spaceTokens(length);
  if (kind === KIND.word) return Math.ceil(length / 8);
  if (kind === KIND.digit || kind === KIND.abjad) return Math.ceil(length / 3);
  if (kind === KIND.ideograph) return length;
  if (kind === KIND.southEastAsian) return Math.ceil(length / 2);
  return Math.ceil(length / 4);
}
