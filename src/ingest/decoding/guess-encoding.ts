import type { Sliced } from "../slices.ts";
import { type FoundEncoding, guessWestern } from "./find-encoding.ts";

/** Bytes of which an encoding is guessed. */
const SAMPLED_BYTES = 65_536;
/** A text with fewer characters of a script is too short to be certain of it. */
const CHARACTERS_MIN = 12;

/**
 * A script, encodings that write it, the more likely first, and the test of a text that was decoded by one of them. Text that is decoded by
 * the wrong encoding is mostly of rare characters.
 */
type Script = {
  readonly labels: readonly string[];
  /** Returns true if the characters beyond ASCII are those of a text in this script. */
  readonly isWritten: (characters: readonly string[], text: string) => boolean;
};

const KANA = /[\u3041-\u3096\u30a1-\u30fa\u30fc]/;
const HAN = /\p{Script=Han}/u;
const HANGUL = /[\uac00-\ud7a3]/;
const CYRILLIC = /[\u0400-\u045f\u0490\u0491]/;
/** Signs that texts in these scripts have beside letters. */
const SIGNS = /[\u3000-\u3020\uff01-\uff5e\p{P}\p{S}\p{N}\u00a0]/u;
/** The most frequent characters of modern texts. They are half of a text; of the others, a few in a hundred. */
const SIMPLIFIED = new Set(
  "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已从动两长请件本产品价格保修服务使用信息数据月第请将及与或者其元公司",
);
const TRADITIONAL = new Set(
  "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可裡後小麼心多天而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已從動兩長請件產品價格保修服務使用信息數據月第將及與或者其元公司",
);
const KOREAN = new Set(
  "이다는의에을를가고하지한은로도기나사서자리시대인그어있해과들정수스일장제라여적부전만보아상것으게면합니습까요입신구주며",
);
const FREQUENT_CYRILLIC = /[оеаинтсрвлікдм]/;
/** Lines of frames, which have the places of Ukrainian letters. */
const BOX = /[\u2500-\u25a0]/;

const share = (characters: readonly string[], test: (one: string) => boolean): number =>
  characters.filter(test).length / Math.max(1, characters.length);

const KANA_MIN = 0.3;
/** Frequent characters are at least this share of a text. */
const FREQUENT_MIN = 0.2;

const SCRIPTS: readonly Script[] = [
  { labels: ["shift_jis"], isWritten: isJapanese },
  { labels: ["euc-jp"], isWritten: isJapanese },
  { labels: ["euc-kr"], isWritten: (characters) => isFrequent(characters, HANGUL, KOREAN) },
  { labels: ["gbk"], isWritten: (characters) => isFrequent(characters, HAN, SIMPLIFIED) },
  { labels: ["big5"], isWritten: (characters) => isFrequent(characters, HAN, TRADITIONAL) },
  { labels: ["koi8-r", "koi8-u"], isWritten: isCyrillic },
  { labels: ["windows-1251"], isWritten: isCyrillic },
];

/** Returns true if a third of the characters are kana. */
function isJapanese(characters: readonly string[]): boolean {
  return (
    share(characters, (one) => KANA.test(one)) >= KANA_MIN &&
    share(characters, (one) => KANA.test(one) || HAN.test(one) || SIGNS.test(one)) >= 0.99
  );
}

function isFrequent(
  characters: readonly string[],
  script: RegExp,
  frequent: ReadonlySet<string>,
): boolean {
  const letters = characters.filter((one) => script.test(one));
  return (
    letters.length >= CHARACTERS_MIN &&
    share(letters, (one) => frequent.has(one)) >= FREQUENT_MIN &&
    share(characters, (one) => script.test(one) || SIGNS.test(one)) >= 0.97
  );
}

const isSign = (one: string) => SIGNS.test(one) && !BOX.test(one);

/** The wrong encoding changes the case of Cyrillic letters, and makes single ones of accented Latin letters. */
function isCyrillic(characters: readonly string[], text: string): boolean {
  const letters = characters.filter((one) => CYRILLIC.test(one));
  const words = text.match(/[\u0400-\u045f\u0490\u0491]+/g) ?? [];
  return (
    letters.length >= CHARACTERS_MIN &&
    letters.length / words.length >= 2.5 &&
    share(letters, (one) => FREQUENT_CYRILLIC.test(one)) >= 0.5 &&
    share(characters, (one) => CYRILLIC.test(one) || isSign(one)) >= 0.99
  );
}

/**
 * Guesses the encoding of a text that is not UTF-8: of Japanese, Korean, Chinese and Cyrillic texts by their frequent
 * characters, of Western European ones by their letters. Null if it is not certain, or if two encodings fit.
 */
export function* guessEncoding(bytes: Uint8Array): Sliced<FoundEncoding | null> {
  const sample = bytes.subarray(0, SAMPLED_BYTES);
  const fits = (label: string, isWritten: Script["isWritten"]) => {
    const text = decodeSample(sample, label);
    const characters = text?.match(/[^ -~\s]/gu) ?? [];
    return characters.length >= CHARACTERS_MIN && isWritten(characters, text ?? "");
  };
  const fitting: string[] = [];
  for (const { labels, isWritten } of SCRIPTS) {
    fitting.push(...labels.filter((label) => fits(label, isWritten)).slice(0, 1));
    yield;
  }
  const [label] = fitting;
  if (label === undefined) return guessWestern(bytes);
  return fitting.length === 1 ? { label, by: "guess" } : null;
}

/** Null if a byte is invalid. A character may be cut at the end of the sample. */
function decodeSample(sample: Uint8Array, label: string): string | null {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: false }).decode(sample, {
      stream: true,
    });
  } catch {
    return null;
  }
}

/** The escape with which Japanese characters begin in ISO-2022-JP, whose bytes are all ASCII. */
// oxlint-disable-next-line no-control-regex -- the escape is a control character
const JAPANESE_ESCAPE = /\u001b\$[@B]/;

/** Returns the encoding of a Japanese text whose bytes are all ASCII; null if the text has no escape for it. */
export function findSevenBit(bytes: Uint8Array): FoundEncoding | null {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, SAMPLED_BYTES));
  return JAPANESE_ESCAPE.test(start) ? { label: "iso-2022-jp", by: "guess" } : null;
}
