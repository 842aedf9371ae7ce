/**
 * Returns the forms of a sentence in which to look for orders to an AI assistant: the sentence in lower case, and
 * decoded forms of it if its words are disguised (split words, look-alike letters, digits for letters, base64).
 * Examples of attacks that the sentence quotes are left out.
 */
export function readSentence(sentence: string): string[] {
  const plain = sentence.slice(0, CHARACTERS_MAX).normalize("NFKC").replaceAll(INVISIBLE, "");
  const text = plain
    .replaceAll(/[’‘`´]/gu, "'")
    .toLowerCase()
    .replace(REPORTED, (quoted: string) => (ABOUT_ATTACKS.test(quoted) ? " " : quoted));
  const others = [joinParts(text), joinLetters(text), readLookalikes(text), readDigits(text)];
  return [...new Set([text, ...others, ...decodeBase64(plain)])];
}

/** Only the beginning of a longer sentence is judged: no sentence that is quoted is longer. */
const CHARACTERS_MAX = 1_000;

/** Characters without a width. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu;

/** A sentence that speaks of attacks, up to an example of one in quotation marks. */
const REPORTED = /^.{10,}?["“„«][^"”“»]{5,300}["”“»]/su;
const ABOUT_ATTACKS =
  /^[^"“„«]*\b(?:attack|inject|malicious|adversar|hacker|phish|scam|fraud|jailbreak|angreif|angriff|attaqu|ataque|attacc|injec)/u;

/** "Ig-nore the in-structions": parts of words, if there are several. */
function joinParts(text: string): string {
  const parted = text.match(/\p{L}-\s?\p{L}/gu)?.length ?? 0;
  return parted < 2 ? text : text.replaceAll(/(?<=\p{L})-\s?(?=\p{L})/gu, "");
}

/** "I g n o r e": single letters, with a wider gap between words. */
const joinLetters = (text: string) =>
  text.replaceAll(/(?<!\p{L})(?:\p{L}[ ._*-]){3,}\p{L}(?!\p{L})/gu, (letters) =>
    letters.replaceAll(/[ ._*-]/gu, ""),
  );

/** Letters of other scripts that look like a Latin one. */
const LOOKALIKES = new Map(
  Array.from(
    "аaеeоoрpсcуyхxіiјjѕsԁdɡgһhоoοoαaρpνvιiεeκkτtυu".matchAll(/(.)(.)/gu),
    ([, like, latin]) => [like ?? "", latin ?? ""],
  ),
);

/** "іgnоre", with letters of another script among Latin ones. */
const readLookalikes = (text: string) =>
  text.replaceAll(MIXED_WORD, (word) =>
    Array.from(word, (letter) => LOOKALIKES.get(letter) ?? letter).join(""),
  );
const MIXED_WORD =
  /(?=\p{L}*[a-z])(?=\p{L}*[\p{Script=Cyrillic}\p{Script=Greek}ɡ])(?<!\p{L})\p{L}{3,}/gu;

const DIGITS: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

/** "1gn0re 4ll": digits for letters, if several words have them. */
function readDigits(text: string): string {
  if ((text.match(DIGIT_WORD)?.length ?? 0) < 2) return text;
  return text.replaceAll(DIGIT_WORD, (word) =>
    Array.from(word, (letter) => DIGITS[letter] ?? letter).join(""),
  );
}
const DIGIT_WORD =
  /(?<![\p{L}\d@$])(?=[a-z\d@$!]*[a-z])(?=[a-z@$!]*[013457@$!][a-z013457@$!]*[a-z])[a-z013457@$!]{3,}/gu;

/** The texts that a sentence has in Base64. */
function decodeBase64(text: string): string[] {
  return Array.from(text.matchAll(/[A-Za-z\d+/]{20,}={0,2}/gu), ([code]) => code).flatMap(
    (code) => {
      const whole = code.replaceAll("=", "").slice(0, code.replaceAll("=", "").length & ~3);
      const decoded = atob(whole).toLowerCase();
      return /^[\x20-\x7e\n]+$/.test(decoded) ? [decoded] : [];
    },
  );
}
