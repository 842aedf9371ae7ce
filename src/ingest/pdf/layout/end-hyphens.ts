/** A line that ends with a hyphen, in its parts: the word before the hyphen, and the first word of the next line. */
export type BrokenWord = { readonly head: string; readonly tail: string; readonly mark: string };

/** Between the two parts of a broken word: nothing, the hyphen, or the hyphen and a space. */
export type Repair = "join" | "keep" | "space" | null;

const HYPHENS = "-\u2010\u00ad";
const ENDS_BROKEN = new RegExp(`(\\S+)([${HYPHENS}])$`, "u");

/** Reads the word that is broken between two lines; null if the first line does not end with a hyphen. */
export function readBrokenWord(line: string, next: string): BrokenWord | null {
  if (!HYPHENS.includes(line.at(-1) ?? " ")) return null;
  const ending = ENDS_BROKEN.exec(line.slice(-WORD_LENGTH_MAX));
  const tail = /^\S+/u.exec(next.slice(0, WORD_LENGTH_MAX))?.[0];
  if (!ending || tail === undefined) return null;
  const [, head = "", mark = "-"] = ending;
  return /[\p{L}\p{N}]$/u.test(head) && /^[\p{L}\p{N}]/u.test(tail) ? { head, tail, mark } : null;
}

/** A longer word is an address, whose last part decides. */
const WORD_LENGTH_MAX = 300;

/**
 * Decides how a broken word is repaired. `isWord` tells whether a word occurs elsewhere in the same document. The
 * hyphen of a compound (`self-contained`), of an address or a path, and of a number stays.
 */
export function repairWord(
  { head, tail, mark }: BrokenWord,
  isWord: (word: string) => boolean,
): Repair {
  if (mark === "\u00ad") return "join";
  if (SUSPENDED.test(tail)) return "space";
  if (ADDRESS.test(head)) return "keep";
  if (!/^\p{L}+$/u.test(lastPart(head)) || !/^\p{Ll}/u.test(tail)) return "keep";
  const word = /^\p{L}+/u.exec(tail)?.[0] ?? "";
  if (head.includes("-") || tail.startsWith(`${word}-`)) return "keep";
  const start = trimMarks(head);
  if (isWord(`${start}-${word}`)) return "keep";
  if (isWord(start + word)) return "join";
  if (!/\p{Ll}$/u.test(head)) return "keep";
  const isPrefix = PREFIXES.has(start.toLowerCase()) && !SIMPLE_ENDING.test(word);
  if (isPrefix || ENDINGS.has(word)) return "keep";
  return start.length > 2 && word.length > 2 && isWord(start) && isWord(word) ? "keep" : "join";
}

/** The words whose occurrence elsewhere decides about a broken word. */
export function listEvidence({ head, tail }: BrokenWord): string[] {
  const word = /^\p{L}+/u.exec(tail)?.[0] ?? "";
  const start = trimMarks(head);
  return [`${start}-${word}`, start + word, start, word];
}

const trimMarks = (word: string) => word.replace(/^[^\p{L}\p{N}]+/u, "");
const lastPart = (word: string) => /[^-\u2010]*$/u.exec(trimMarks(word))?.[0] ?? "";

/** An address or a path: its hyphens belong to it. */
const ADDRESS = /:\/\/|^www\.|[/\\@_=&#]|\p{L}\.\p{L}/u;
/** In "Vor- und Nachteile" the hyphen stands for the rest of a word. */
const SUSPENDED = /^(?:und|oder|bzw\.?|sowie|bis|and|or|to|et|ou|y|o|en|of)$/u;

const list = (words: string) => new Set(words.split(" "));
/** First parts of compounds that keep their hyphen, unless an ending of a simple word follows. */
const PREFIXES = list(
  "self half quasi cross well high low long short full best worst large small first second third one two three four " +
    "five six seven eight nine ten open closed state time cost risk tax vice left right single double multi",
);
const SIMPLE_ENDING =
  /^(?:ly|er|ers|est|en|ed|ing|ings|ness|ish\w*|age|ages|ity|i[sz]e\w*|ments?|able|ibly|ful\w*|less\w*|wards?|ways?|lights?)$/u;
/** Last parts of compounds that keep their hyphen. */
const ENDINGS = list(
  "based term free level scale rate party contained employed related specific driven oriented defined known sized " +
    "style class grade quality performance value income interest year month week hour dependent independent friendly " +
    "proof resistant ready owned funded paid weighted efficient intensive standing lasting running effective adjusted " +
    "linked backed purpose fits",
);
