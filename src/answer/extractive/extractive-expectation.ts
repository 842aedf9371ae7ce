/** The kind of thing that a question asks for, such as a time for "when"; `any` if its wording does not say. */
export type ExpectedAnswer = "time" | "number" | "person" | "place" | "name" | "reason" | "any";

/**
 * Wordings by kind; the first match decides. Detailed for English, only question words for other languages. A question
 * that matches none asks for anything.
 */
const WORDINGS: readonly (readonly [ExpectedAnswer, RegExp])[] = [
  [
    "number",
    /\b(how (?:many|much|long|old|far|high|tall|large|big|often|fast|deep|wide)|what (?:percent\w*|proportion|fraction|number|amount|population|age|size|speed|price|temperature)|population of)\b|\bwie ?viele?n?\b|多少|几[个次年人位种]|กี่|เท่าไ|\bكم\b/iu,
  ],
  [
    "time",
    /\bwhen\b|\b(?:what|which|in what|in which) (?:year|date|day|month|decade|century|period|era|time)\b|\bwann\b|welche[msn]? (?:jahr|datum|jahrhundert)|什么时候|何时|哪一?年|几月|เมื่อใด|เมื่อไ|ปีใด|ปีไหน|\bمتى\b/iu,
  ],
  ["person", /\bwho(?:m|se)?\b|\bwer\b|\bwem\b|\bwen\b|谁|ใคร|(?:^|\s)من\s/iu],
  [
    "place",
    /\bwhere\b|\b(?:what|which) (?:country|countries|city|cities|state|region|place|location|county|town|river|island|continent|area)\b|\bwo(?:her|hin)?\b|哪里|何处|在哪|哪个国家|哪个城市|ที่ไหน|ที่ใด|\bأين\b/iu,
  ],
  [
    "reason",
    /\bwhy\b|\bwhat (?:caused|causes|reason)\b|\bwarum\b|\bweshalb\b|为什么|为何|ทำไม|เหตุใด|\bلماذا\b/iu,
  ],
  ["name", /\bnames?\b|\bcalled\b|\btitle\b|\bterm\b|\bwhich\b|\bknown as\b/iu],
];

const NUMBERS =
  /\p{N}|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|twenty|thirty|forty|fifty|hundreds?|thousands?|millions?|billions?|half|third|quarter|twice|percent)\b|[一二两三四五六七八九十百千万亿]/iu;
const TIMES =
  /\b\d{3,4}\b|\d{1,2}(?:st|nd|rd|th)|\b(?:january|february|march|april|june|july|august|september|october|november|december|century|centuries|decade|januar|februar|märz|juni|juli|oktober|dezember|jahrhundert)\b|\d\s*[年月日]|世纪|ศตวรรษ|พ\.ศ\.|ค\.ศ\./iu;
const REASONS =
  /\b(?:because|due to|since|in order to|so that|therefore|thus|as a result|result(?:s|ed)? (?:in|from|of)|caused?|led to|to avoid|weil|wegen|aufgrund|damit)\b|因为|由于|因此|เพราะ|เนื่องจาก|لأن|بسبب/iu;
const PLACED = /\b(?:in|at|from|near|to|of|into|on|between|across)\s+(?:the\s+)?\p{Lu}/u;

/**
 * Detects the kind of thing that a question asks for. `asking` is the words that say so, such as "how many"; an answer
 * need not repeat them.
 */
export function detectExpectation(question: string): { expects: ExpectedAnswer; asking: string } {
  for (const [expects, wording] of WORDINGS) {
    const asking = wording.exec(question)?.[0];
    if (asking !== undefined) return { expects, asking };
  }
  return { expects: "any", asking: "" };
}

/**
 * Tests whether a sentence contains something of the expected kind, such as a number, that is not already in the
 * question.
 */
export function meets(expects: ExpectedAnswer, sentence: string, question: string): boolean {
  return SIGNS[expects](sentence, question);
}

const SIGNS: Record<ExpectedAnswer, (sentence: string, question: string) => boolean> = {
  time: (sentence, question) => TIMES.test(removeAskedNumbers(question, sentence)),
  number: (sentence, question) => NUMBERS.test(removeAskedNumbers(question, sentence)),
  person: hasNewName,
  name: hasNewName,
  place: (sentence, question) => PLACED.test(sentence) && hasNewName(sentence, question),
  reason: (sentence) => REASONS.test(sentence),
  any: () => true,
};

function removeAskedNumbers(question: string, sentence: string): string {
  const asked = new Set(question.match(/\p{N}+/gu));
  return sentence.replace(/\p{N}+/gu, (number) => (asked.has(number) ? "" : number));
}

/** Detects a name that the question does not contain. Scripts without capitals give no sign of a name: returns true. */
function hasNewName(sentence: string, question: string): boolean {
  if (!/\p{Ll}/u.test(sentence)) return true;
  const asked = question.toLowerCase();
  for (const { 0: word, index } of sentence.matchAll(/\p{Lu}[\p{L}\p{M}'’-]+/gu)) {
    const opensSentence = index === 0 || /^["“([]+$/.test(sentence.slice(0, index));
    if (!opensSentence && !asked.includes(word.toLowerCase())) return true;
  }
  return false;
}
