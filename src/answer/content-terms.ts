import { lazily } from "../lazily.ts";
import { indexTerms } from "../retrieval/tokenize.ts";

/**
 * Returns the words of a text that carry its meaning, in order and stemmed as the search index stems them. Function
 * words ("the", "of") and question words are left out.
 */
export function contentTerms(text: string): string[] {
  const terms = functionTerms();
  return indexTerms(text).filter((term) => !terms.has(term));
}

/**
 * The index keeps most of these words, since it weighs them by rarity. A single sentence is too short for that. For a
 * language without an entry, results are only less precise.
 */
const FUNCTION_WORDS =
  "a about after all also am an and any are as at be because been before being but by can could did do does doing " +
  "during each for from had has have having he her hers him his how i if in into is it its itself just me more most " +
  "my no nor not of off on once only or other our out over own same she should so some such than that the their them " +
  "then there these they this those through to too under up us very was we were what when where which while who whom " +
  "whose why will with would you your " +
  "aber als am an auch auf aus bei bin bis da das dass dem den der des die dies diese diesem diesen dieser dieses du " +
  "durch ein eine einem einen einer eines er es für gab gibt hat hatte hatten ich ihm ihr ihre ihren im in ist kann man " +
  "mit nach noch nur ob oder sein seine sich sie sind so um und uns unter vom von vor war waren warum was wann wann " +
  "welche welchem welchen welcher welches wem wen wer werden wie wird wo wurde wurden zu zum zur " +
  "au aux avec ce ces comment dans de des du elle en est et il la le les ont où par pour quand que quel quelle quelles " +
  "quels qui quoi se son sont sur un une como con cuál cuándo cuántos del dónde el ella es ese esta este fue ha han " +
  "las lo los más para pero por qué quién se ser son su sus una unos y " +
  "的 了 是 在 和 与 或 也 都 就 而 及 被 把 将 从 向 对 于 由 以 之 其 这 那 该 此 个 吗 呢 有 为 谁 什么 哪 哪个 哪里 哪些 " +
  "多少 几 何 何时 怎么 如何 为什么 请 の は が を に で と も か 何 誰 " +
  "ที่ ใน ของ และ เป็น คือ มี ได้ จะ ให้ กับ ว่า นี้ นั้น ซึ่ง หรือ โดย จาก ถูก อะไร ใคร กี่ ไหน ใด เมื่อ เมื่อไร ทำไม อย่างไร เท่าไร " +
  "في من على إلى عن أن إن هو هي هذا هذه ذلك التي الذي ما ماذا متى أين كيف كم لماذا هل مع أو ثم قد كان كانت و";

const functionTerms = lazily((): ReadonlySet<string> => new Set(indexTerms(FUNCTION_WORDS)));
