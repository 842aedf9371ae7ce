import { foldText } from "../../../retrieval/fold.ts";
import { startsNumber } from "../languages/compound-numbers.ts";
import type { Lexicon } from "../languages/lexicon.ts";

/**
 * A word of a sentence, a number in digits, a code of letters and digits, a sign such as `%`, or a mark that ends a
 * clause.
 */
export type Word = {
  readonly kind: "word" | "number" | "code" | "sign" | "break";
  readonly text: string;
  readonly folded: string;
  /** The term by which content words are compared; empty for function words, signs and marks. */
  readonly term: string;
  readonly isCapital: boolean;
  /** True for characters of Chinese that the runtime's dictionary does not know as words: they write a name. */
  readonly isUnknown: boolean;
  /** True if a number, or a date, may begin with the word. */
  readonly isNumeral: boolean;
  readonly isDate: boolean;
  /** The term that a prefix negates in the word: that of "lawful" in "unlawful". Null if there is none. */
  readonly negated: string | null;
};

/** Splits a sentence into words, in the way of its language. */
export function splitWords(text: string, lexicon: Lexicon): Word[] {
  const words: Word[] = [];
  TOKENS.lastIndex = 0;
  for (let token = TOKENS.exec(text); token; token = TOKENS.exec(text)) {
    const [match, letters, digits, sign] = token;
    const code = letters === undefined ? undefined : codeAt(text, token.index, match);
    if (code !== undefined) {
      words.push(makeWord("code", code, lexicon));
      TOKENS.lastIndex = token.index + code.length;
    } else if (letters !== undefined) addWords(match, lexicon, words);
    else if (digits !== undefined) words.push(makeWord("number", toAsciiDigits(match), lexicon));
    else words.push(makeWord(sign === undefined ? "break" : "sign", match, lexicon));
  }
  return words;
}

/** Words with an English ending, numbers with their separators, signs, and marks that end a clause. */
const TOKENS = new RegExp(
  [
    String.raw`([\p{L}\p{M}]+(?:[·•・‧][\p{L}\p{M}]+)*(?:['’](?:s|t|re|ve|ll|d|m)(?!\p{L}))?)`,
    String.raw`(\p{Nd}{1,2}h\p{Nd}{2}(?!\p{L})|\p{Nd}{1,3}(?:[ \u00a0\u202f]\p{Nd}{3})+(?!\p{Nd})(?:[.,]\p{Nd}+)?|\p{Nd}+(?:[.,:'’/٫٬]\p{Nd}+)*(?:-\p{Nd}{2}-\p{Nd}{2}(?!\p{Nd}))?)`,
    String.raw`([%‰٪$€£¥₩฿°<>≤≥±~≈–—−-])`,
    String.raw`[,;:()|!?.。，、；：（）؛،/]`,
  ].join("|"),
  "gu",
);
/** An address, or letters and digits that are one name: "https://…", "AB-123", "v2.3". */
const CODE =
  /https?:\/\/[^\s)\]]{1,500}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}|[A-Za-z]{1,40}[-_./]?\d[A-Za-z\d]{0,40}(?:[-_./][A-Za-z\d]{1,40}){0,9}/uy;
/** The characters after letters that may continue them to a code. */
const CODE_GOES_ON = /[\d@:._/+-]/u;

function codeAt(text: string, at: number, letters: string): string | undefined {
  if (!CODE_GOES_ON.test(text.charAt(at + letters.length))) return undefined;
  CODE.lastIndex = at;
  return CODE.exec(text)?.[0];
}

/** Scripts whose words are written without spaces between them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** A run of Chinese numerals, which segmenters cut in different ways. */
const HAN_NUMERALS = /([百千]分之|[〇零一二三四五六七八九十百千万亿两萬億兆兩]+)/u;
const NOT_CONTRACTED = /^(?:(?<verb>.+)n['’]t|cannot)$/iu;

const segmenter = new Intl.Segmenter("en", { granularity: "word" });

function addWords(run: string, lexicon: Lexicon, words: Word[]): void {
  if (UNSPACED.test(run)) {
    for (const part of run.split(HAN_NUMERALS)) {
      if (HAN_NUMERALS.test(part)) words.push(makeWord("word", part, lexicon));
      else if (part !== "") addSegments(part, lexicon, words);
    }
    return;
  }
  const attached = lexicon.splitAttached(run);
  if (attached) {
    for (const part of attached) words.push(makeWord("word", part, lexicon));
    return;
  }
  const contracted = NOT_CONTRACTED.exec(run);
  if (!contracted) {
    words.push(makeWord("word", run.replace(/['’][a-z]+$/u, ""), lexicon));
    return;
  }
  const verb = contracted.groups?.["verb"] ?? "can";
  const whole = /^(?:ca|wo|sha)$/iu.test(verb) ? (verb === "ca" ? "can" : "will") : verb;
  words.push(makeWord("word", whole, lexicon), makeWord("word", "not", lexicon));
}

/** Characters of a Chinese name that the runtime's dictionary does not know, and cuts into single characters. */
const UNKNOWN_NAME_MIN = 3;
const NAME_DOT = /^[·•・‧]$/u;

/**
 * Adds the words of a text without spaces. Single characters in a row, which the dictionary does not know as words, are
 * one word in Chinese: the sounds of a foreign name.
 */
function addSegments(run: string, lexicon: Lexicon, words: Word[]): void {
  const isChinese = lexicon.table.script === "han";
  let unknown: string[] = [];
  const close = () => {
    const isName = unknown.length >= UNKNOWN_NAME_MIN;
    for (const text of isName ? [unknown.join("")] : unknown.filter((one) => !NAME_DOT.test(one))) {
      words.push({ ...makeWord("word", text, lexicon), isUnknown: isName });
    }
    unknown = [];
  };
  for (const { segment } of segmenter.segment(run)) {
    const isSingle = isChinese && segment.length === 1 && !lexicon.functionWords.has(segment);
    if (isSingle) unknown.push(segment);
    else {
      close();
      words.push(makeWord("word", segment, lexicon));
    }
  }
  close();
}

/** Words that are remembered for each language, since words repeat. */
const WORDS_MAX = 10_000;
const known = new WeakMap<Lexicon, Map<string, Word>>();

function makeWord(kind: Word["kind"], text: string, lexicon: Lexicon): Word {
  const words = known.get(lexicon) ?? new Map<string, Word>();
  known.set(lexicon, words);
  const word = words.get(text) ?? readWord(kind, text, lexicon);
  if (words.size >= WORDS_MAX) words.clear();
  words.set(text, word);
  return word;
}

function readWord(kind: Word["kind"], text: string, lexicon: Lexicon): Word {
  const folded = foldText(text);
  const isWord = kind === "word";
  const isContent = kind === "code" || (isWord && !lexicon.functionWords.has(folded));
  const first = text.charAt(0);
  return {
    kind,
    text,
    folded,
    term: isContent ? (isWord ? lexicon.term(folded) : folded) : "",
    isCapital: isWord && first !== first.toLowerCase(),
    isUnknown: false,
    negated: isWord ? lexicon.negatedTerm(folded) : null,
    isNumeral: kind === "number" || (isWord && startsNumber(folded, lexicon)),
    isDate:
      kind === "number" || (isWord && (lexicon.months.has(folded) || lexicon.weekdays.has(folded))),
  };
}

/** Replaces the digits of any script by those of ASCII. */
function toAsciiDigits(text: string): string {
  return text.replaceAll(/[^\u0020-\u007f]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const zero = ZEROS.find((one) => code >= one && code < one + 10);
    return zero === undefined ? character : String(code - zero);
  });
}

/** The digit zero in Arabic, Persian, Devanagari, Bengali, Thai, Lao, Khmer, Burmese and full-width digits. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xed0, 0x17e0, 0x1040, 0xff10];
