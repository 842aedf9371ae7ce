/**
 * Normalizes a text so that different spellings of a word become equal: folds case, compatibility forms (full-width
 * letters, ligatures), accents of Latin, Greek and Cyrillic letters, and the optional vowel points of Arabic and
 * Hebrew. Marks that distinguish words (Thai and Indic vowels, Japanese voicing) stay.
 */
export function foldText(text: string): string {
  const lower = text.toLowerCase();
  return ASCII_ONLY.test(lower) ? lower : foldUnicode(lower);
}

// oxlint-disable-next-line no-control-regex -- the range of ASCII is meant
const ASCII_ONLY = /^[\u0000-\u007f]*$/;

function foldUnicode(lower: string): string {
  let folded = lower.normalize("NFKD").toLowerCase().replace(OPTIONAL_MARKS, "").normalize("NFC");
  // NFKD splits the vowel AM of Thai and Lao permanently; dictionaries know words only with the composed vowel.
  folded = folded.replace(/\u0e4d\u0e32/g, "\u0e33").replace(/\u0ecd\u0eb2/g, "\u0eb3");
  return folded.replace(SPELLED_LETTERS, (letter) => SPELLED[letter] ?? letter);
}

/**
 * U+0300–036F are the combining accents of European scripts. Most writers omit Hebrew points, Arabic short vowels, the
 * tatweel, and the hamza that NFKD separates from its alef. Soft hyphens, joiners and direction marks are invisible.
 */
const OPTIONAL_MARKS =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;

/** Letters without a decomposition, and Arabic letters that writers use interchangeably. */
const SPELLED: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ħ: "h",
  ı: "i",
  ς: "σ",
  ى: "ي",
  ة: "ه",
  ٱ: "ا",
  ک: "ك",
  ی: "ي",
  "’": "'",
};
const SPELLED_LETTERS = new RegExp(`[${Object.keys(SPELLED).join("")}]`, "g");
