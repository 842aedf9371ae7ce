/** Digits and signs that have a form below the line, with that form. */
const SUBSCRIPTS = new Map<string, string>(
  Array.from("0123456789+-=()−", (sign, at) => [sign, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋".charAt(at)]),
);
/** Endings of ordinals and abbreviations, which belong to the word before them: 5th, 1er, Mme, 3º, ™. */
const ENDING = /^(?:\p{L}{2,5}|[eoaªº®©™℠])$/iu;
/** References to notes: one or several numbers or letters, as in 1; 1,2; a–c. */
const NOTES = /^(?:\d{1,3}|[a-z])(?:\s?[,–-]\s?(?:\d{1,3}|[a-z*†‡§]))*$/;
/** A reference to a note in brackets, such as "[12]". */
const BRACKETED = /^\[[^\]]{1,12}\]$/;
/** Marks of footnotes, which are no letters or digits. */
const NOTE_SIGN = /^[*†‡§¶#]+$/;
/** After this, a raised number is a mark of a note: after a word (units have at most three letters) or a stop. */
const BEFORE_NOTE = /(?:\p{L}{4}|[.,;:!?"”’»。])$/u;
/** Text that a raised or lowered sign can belong to. */
const BEFORE_SCRIPT = /[\p{L}\p{N})\]}]$/u;

/**
 * Writes raised text in a line: powers as "10^6", endings as in "5th", marks of notes as " [1]". `tail` is the text
 * before it.
 */
export function formatSuperscript(raised: string, tail: string, isLink = false): string {
  const text = raised.trim();
  if (text === "") return "";
  const isNote = BRACKETED.test(text) || (NOTES.test(text) && BEFORE_NOTE.test(tail));
  if (isLink || isNote) return markNote(text);
  if (NOTE_SIGN.test(text)) return text;
  if (ENDING.test(text) && BEFORE_SCRIPT.test(tail) && !isVariable(text, tail)) return text;
  if (!BEFORE_SCRIPT.test(tail)) return text;
  return `^${group(text)}`;
}

/** Writes lowered text in a line: "H₂O", "x_i". `tail` is the text before it. */
export function formatSubscript(lowered: string, tail: string): string {
  const text = lowered.trim();
  if (text === "") return "";
  const signs = Array.from(text, (sign) => SUBSCRIPTS.get(sign));
  if (signs.every((sign) => sign !== undefined)) return signs.join("");
  return BEFORE_SCRIPT.test(tail) ? `_${group(text)}` : text;
}

/** Puts text in parentheses, unless it is one word or number, or is in parentheses already. */
export function group(text: string): string {
  return /^[+\-−]?[\p{L}\p{N}.,′₀-₉]+$|^\([^()]*\)$/u.test(text) ? text : `(${text})`;
}

/** Writes the mark of a note, apart from the word before it. */
function markNote(mark: string): string {
  const bare = /^[[(](.*)[\])]$/.exec(mark)?.[1] ?? mark;
  return ` [${bare}]`;
}

/** One letter after a letter is a power: x^n. After a digit it is the ending of an ordinal: 1er, 2e. */
function isVariable(text: string, tail: string): boolean {
  return text.length === 1 && /\p{L}/u.test(text) && /(?:^|[^\p{L}])\p{L}$/u.test(tail);
}
