import { type ClaimLanguage, isSpaced } from "../claim.ts";
import { capitalize, choose, passagesSay, type Swap } from "./sentence.ts";

/**
 * The subject at the beginning of a sentence, up to its verb. A pronoun is no subject here: the passage decides whom it
 * means. Group 1 is the verb.
 */
export const SUBJECTS: Readonly<Record<ClaimLanguage, RegExp>> = {
  en: /^(?!(?:It|He|She|They|This|That|These|Those|There|In|On|At|By|For|From|With|As|When|While|After|Before|Since|During|Although|Though|If|However|Under|Because|Both|To|One|Some|Another|Other|Neither|Here|Not|No|Nobody|What|Such|You|We|Initially|Originally)\b|\p{L}+ly\b)(?![^,;:]{0,60}? (?:that|which|who|there|but) )[^,;:()"“]{3,60}? (is|are|was|were|has|have|had|can|may|must|will|should|takes?|gets?|became|won|made|led|began|gave|used|includes?|included|provides?|contains?|requires?|remains?|established|founded|received|created)(?= )/u,
  de: /^(?!(?:Es|Er|Sie|Dies|Diese|Dieser|Dieses|Das (?:ist|war)|In|Im|Am|Auf|Bei|Durch|Für|Mit|Nach|Vor|Seit|Während|Obwohl|Wenn|Als|Unter|Weil|Zu|Um|Ein Teil|Dort|Hier|Zwar|Damit|So|Außerdem|Später|Danach)\b)(?:Der|Die|Das|Ein|Eine|\p{Lu})[^,;:()„"]{2,60}? (ist|sind|war|waren|hat|haben|hatte|hatten|wurde|wurden|kann|können|muss|müssen|darf|dürfen)(?= )/u,
  zh: /^(?![它他她这那此其该在从当对由为如根随尽虽因然但而])[^，。；：、（）“”0-9]{2,12}?(?<![的广出版现开终大由])(是|有|在|被|由(?!于)|于|为(?!了)|可以|能够|必须|拥有|包括|成立|负责)/u,
  th: /^(?!(?:มัน|เขา|เธอ|พวก|ซึ่ง|ใน|จาก|เมื่อ|โดย|นอกจาก|แต่|และ|หรือ|ถ้า|หาก|สำหรับ|ที่|หลัง|ก่อน|ตั้งแต่|แม้|อย่างไร|เนื่อง|เพราะ|การที่))[^ ,;:()"“”0-9]{4,40}?(?<!ความ|การ|ไม่|กลาย|ที่|จะ|เคย|ก็|ได้)(เป็น|คือ|ได้รับ|มี(?!ความ)|ถูก|สามารถ|ประกอบด้วย|ได้)/u,
};
export const PLURAL_VERBS =
  /^(?:are|were|have|take|get|include|provide|contain|require|remain|sind|waren|haben|hatten|wurden|können|müssen|dürfen)$/;
const PRONOUN = /^(?:i|you|we|one)\b/i;

/** Replaces the subject of a sentence by another one, of which the passages say nothing. */
export const swapSubject: Swap = (sentence, random) => {
  const { text, language, wordings } = sentence;
  const match = SUBJECTS[language].exec(text);
  const verb = match?.[1];
  if (!match || verb === undefined || PRONOUN.test(text)) return null;
  const [singular, plural] = wordings.subjects;
  const subjects = (PLURAL_VERBS.test(verb) ? plural : singular)
    .split("|")
    .filter((subject) => !passagesSay(sentence, lastWord(subject)));
  const subject = choose(subjects, random);
  if (subject === undefined) return null;
  const space = isSpaced(language) ? " " : "";
  return capitalize(subject) + space + text.slice(match[0].length - verb.length);
};

const lastWord = (subject: string): string => subject.split(" ").at(-1) ?? subject;
