import { foldText } from "../../retrieval/fold.ts";
import { QUESTION_LANGUAGES } from "./languages/tables.ts";
import type { QuestionLanguage } from "./question-language.ts";
import { QuestionLexicon, splitList } from "./question-lexicon.ts";

/** Length of the beginning of a question by which its language is detected, in characters. */
const SAMPLE_CHARACTERS = 600;

/** A question word tells the language better than an article, which a name may contain. */
const QUESTION_WORD_POINTS = 2;
/** Points that a language needs to be preferred to English: "die" alone also occurs in English questions. */
const POINTS_MIN = 2;

const lexicons = new Map<string, QuestionLexicon>();

/**
 * Detects the language of a question by its script and by its question words and function words, and returns the
 * lexicon of that language. It is English if nothing tells. Of a question in two languages, the one with more such words
 * counts. Where no word of the question tells, as in "E1066", it is the language of `before`, an earlier message.
 */
export function detectQuestionLanguage(question: string, before = ""): QuestionLexicon {
  const sample = question.slice(0, SAMPLE_CHARACTERS);
  const folded = foldText(sample);
  const words = new Set(folded.match(WORDS));
  const written = QUESTION_LANGUAGES.filter(({ script }) => script.test(sample));
  const isJapanese = written.some(({ code }) => code === "ja");
  let [best] = QUESTION_LANGUAGES;
  let most = -1;
  for (const language of written) {
    if (isJapanese && language.code === "zh") continue;
    const points = countPoints(language, sample, folded, words);
    const isEnough = language === QUESTION_LANGUAGES[0] || points >= POINTS_MIN || most < 0;
    if (isEnough && points > most) [best, most] = [language, points];
  }
  const isSure = most >= POINTS_MIN || (most > 0 && before === "");
  if (isSure) return findLexicon(best);
  const isWritten = before !== "" && best.script.test(before);
  return isWritten ? detectQuestionLanguage(before) : findLexicon(mainLanguage(sample, written));
}

/** Returns the language whose script has the most letters in the sample, for texts in which no word decides. */
function mainLanguage(sample: string, written: readonly QuestionLanguage[]): QuestionLanguage {
  const count = ({ script }: QuestionLanguage) =>
    sample.match(new RegExp(script.source, "gu"))?.length ?? 0;
  const [first] = written.toSorted((a, b) => count(b) - count(a));
  return first ?? QUESTION_LANGUAGES[0];
}

/** Returns the lexicon of a language. */
function findLexicon(language: QuestionLanguage): QuestionLexicon {
  const known = lexicons.get(language.code);
  if (known) return known;
  const lexicon = new QuestionLexicon(language);
  lexicons.set(language.code, lexicon);
  return lexicon;
}

const WORDS = /[\p{L}\p{M}\p{N}']+/gu;

function countPoints(
  language: QuestionLanguage,
  sample: string,
  folded: string,
  words: ReadonlySet<string>,
): number {
  const { asking, plain, phrases } = readVocabulary(language);
  let points = 0;
  if (language.isSpaced) {
    for (const word of words) {
      if (asking.has(word)) points += QUESTION_WORD_POINTS;
      else if (plain.has(word)) points += 1;
    }
    for (const phrase of phrases) if (folded.includes(phrase)) points += 1;
  } else {
    for (const entry of asking) if (folded.includes(entry)) points += QUESTION_WORD_POINTS;
    for (const entry of plain) if (folded.includes(entry)) points += 1;
  }
  const lower = sample.toLowerCase();
  const isMarked = Array.from(language.letters).some((letter) => lower.includes(letter));
  return points + (isMarked ? QUESTION_WORD_POINTS : 0);
}

type Vocabulary = {
  readonly asking: ReadonlySet<string>;
  readonly plain: ReadonlySet<string>;
  /** Question words that are several words, such as "o que". */
  readonly phrases: readonly string[];
};
const vocabularies = new Map<string, Vocabulary>();

/** The words of a language's question wordings, and its other frequent words. */
function readVocabulary(language: QuestionLanguage): Vocabulary {
  const known = vocabularies.get(language.code);
  if (known) return known;
  const { asks, questionWords, functionWords, framing, isSpaced } = language;
  const split = (list: string) =>
    splitList(list).flatMap((entry) => {
      const plain = entry.replace(/\*$/, "");
      return isSpaced ? plain.split(" ") : [plain];
    });
  const plain = new Set([...split(functionWords), ...split(framing)]);
  const wordings = [...Object.values(asks), questionWords].flatMap(splitList);
  const whole = new Set(wordings);
  // Of "which date", "date" tells no more than it does elsewhere.
  const first = wordings.flatMap((wording) => split(wording).slice(0, 1));
  const asking = new Set(
    first.filter((word) => whole.has(word) || (word.length > 1 && !plain.has(word))),
  );
  const phrases = splitList(questionWords).filter((entry) => entry.includes(" "));
  const vocabulary = { asking, plain, phrases };
  vocabularies.set(language.code, vocabulary);
  return vocabulary;
}
