/**
 * Joins the letters of words that are written with a space between any two letters, as in "W A R R A N T Y". Two or
 * more spaces separate words. A list of letters, such as "A B C D E", stays as it is. If the text has such a word,
 * spaced short words and numbers in it are joined too: "T O T A L  5 0 0".
 */
export const joinSpacedLetters = (text: string): string => {
  // A cheap test first, since hardly any text has such a word.
  if (!MAY_BE_SPACED.test(text)) return text;
  let isSpaced = false;
  const joined = text.replaceAll(SPACED, (spaced) => {
    const words = spaced.split(/ {2,}/).map((word) => word.split(" "));
    if (!words.every((tokens) => isSpacedWord(tokens))) return spaced;
    isSpaced = true;
    return words.map((tokens) => tokens.join("")).join(" ");
  });
  if (!isSpaced) return text;
  return joined
    .replaceAll(SPACED_SIGNS, (signs) => signs.replaceAll(" ", ""))
    .replaceAll(/ {2,}/g, " ");
};

/** Runs of single digits and signs; between wider spaces also of letters. */
const SPACED_SIGNS =
  /(?<= )[\p{N}\p{P}\p{Sc}](?: [\p{N}\p{P}\p{Sc}]){1,200}(?= |$)|(?<=^| {2})[\p{L}\p{N}\p{P}\p{Sc}](?: [\p{L}\p{N}\p{P}\p{Sc}]){1,200}(?= {2}|$)/gu;

/** Tests whether a text consists of single characters with one space between any two. */
export const isSpacedText = (text: string): boolean => /^\S(?: \S)+$/u.test(text.trim());

const MAY_BE_SPACED = /\p{L} +\p{L} +\p{L}/u;
/** Kerning brings some letters so close that no space is between them: "WA R R A N T Y". */
const SPACED =
  /(?<![\p{L}\p{N}\p{M}'’.-])\p{L}{1,2}(?: {1,3}\p{L}{1,2}){3,200}(?![\p{L}\p{N}\p{M}'’])/gu;
const VOWEL = /[aeiouyäöüáàâéèêëíìîïóòôúùûœæаеёиоуыэюяіїє]/iu;
const PAIRS_SHARE_MAX = 1 / 3;
const VOWELS_SHARE_MIN = 0.15;
const VOWELS_SHARE_MAX = 0.75;

function isSpacedWord(tokens: readonly string[]): boolean {
  const letters = Array.from(tokens.join(""));
  const pairs = tokens.filter((token) => token.length > 1).length;
  if (tokens.length < 2 || letters.length < 4 || pairs > tokens.length * PAIRS_SHARE_MAX)
    return false;
  const vowels = letters.filter((letter) => VOWEL.test(letter)).length / letters.length;
  const word = letters.join("");
  return (
    vowels >= VOWELS_SHARE_MIN &&
    vowels <= VOWELS_SHARE_MAX &&
    hasOneCase(word) &&
    !isSequence(letters)
  );
}

/** A word is in capitals, in small letters, or in small letters after a capital. */
const hasOneCase = (word: string) =>
  word === word.toUpperCase() || word.slice(1) === word.slice(1).toLowerCase();

/** Letters in the order of the alphabet, as answers to choose from are numbered. */
const isSequence = (letters: readonly string[]) =>
  letters.every(
    (letter, index) =>
      index === 0 || letter.charCodeAt(0) - (letters[index - 1] ?? "").charCodeAt(0) === 1,
  );
