/** Characters that no text has: controls, private ones, unassigned ones, and those in place of unknown ones. */
const NO_LETTER = /[\p{Cc}\p{Co}\p{Cn}\ufffd]/gu;
/** Shares of such characters at which a text is unreadable. Few different ones are bullets and other symbols. */
const NO_LETTERS_SHARE_MAX = 0.3;
const NO_LETTERS_SHARE_MAX_UNMAPPED = 0.04;
const NO_LETTERS_KINDS_MIN = 5;
/** Fewer letters say nothing about a language. */
const LETTERS_MIN = 30;
/** Maximum share of neighbouring letters that are of different scripts. */
const SCRIPT_CHANGES_MAX = 0.25;
/** Minimum similarity of the letters to those of European languages, as a cosine; that of random letters is 0.76. */
const SIMILARITY_MIN = 0.6;

/**
 * Tests whether the text of one font on a page is improbable, because the font does not say which letters its glyphs
 * are. `isUnmapped` is set if the file has a font without such a mapping; only then may the letters themselves, as
 * those of a cipher, prove it.
 */
export function isImprobable(text: string, isUnmapped: boolean): boolean {
  const visible = text.replaceAll(/[\s]/gu, "");
  if (visible === "") return false;
  const wrong = visible.match(NO_LETTER) ?? [];
  if (wrong.length > visible.length * NO_LETTERS_SHARE_MAX) {
    if (new Set(wrong).size >= Math.min(NO_LETTERS_KINDS_MIN, visible.length)) return true;
  }
  if (!isUnmapped) return false;
  if (
    visible.length >= LETTERS_MIN &&
    countControls(visible) > visible.length * NO_LETTERS_SHARE_MAX_UNMAPPED
  )
    return true;
  const letters = text.normalize("NFKD").toLowerCase().match(/\p{L}/gu) ?? [];
  if (letters.length < LETTERS_MIN) return false;
  return changesScripts(text) || isCipher(letters);
}

// oxlint-disable-next-line no-control-regex -- control characters are what is counted
const countControls = (text: string) => text.match(/[\u0000-\u0008\u000e-\u001f]/gu)?.length ?? 0;

const SCRIPTS: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Cyrillic}/u,
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u,
];

/** Text of one language changes its script only between words. */
function changesScripts(text: string): boolean {
  let pairs = 0;
  let changes = 0;
  let before: number | null = null;
  for (const letter of text) {
    const script = /\p{L}/u.test(letter) ? SCRIPTS.findIndex((one) => one.test(letter)) : null;
    if (script !== null && before !== null) {
      pairs++;
      if (script !== before) changes++;
    }
    if (!/\p{M}/u.test(letter)) before = script;
  }
  return changes > pairs * SCRIPT_CHANGES_MAX;
}

/** Frequencies of the letters from a to z in European languages, in per mille. */
const FREQUENCIES = [
  82, 15, 32, 42, 130, 16, 18, 32, 73, 5, 12, 43, 28, 75, 60, 24, 5, 68, 70, 73, 43, 15, 11, 2, 9,
  9,
];

/** Tests whether Latin letters are distributed as in no European language. */
function isCipher(letters: readonly string[]): boolean {
  const counts = FREQUENCIES.map(() => 0);
  for (const letter of letters) {
    const index = letter.charCodeAt(0) - 97;
    if (index >= 0 && index < counts.length) counts[index] = (counts[index] ?? 0) + 1;
  }
  const latin = counts.reduce((sum, count) => sum + count, 0);
  if (latin < letters.length * 0.6) return false;
  const dot = counts.reduce((sum, count, index) => sum + count * (FREQUENCIES[index] ?? 0), 0);
  return dot < SIMILARITY_MIN * norm(counts) * norm(FREQUENCIES);
}

const norm = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
