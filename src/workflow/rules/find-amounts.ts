import type { Span } from "../../ingest/text/sentences.ts";
import { lookUp } from "../../record.ts";

/**
 * An amount of money in a text, with its position. It has several currencies if its symbol, such as `$` or `kr`, may
 * mean each of them.
 */
export type Amount = Span & { readonly value: number; readonly currencies: readonly string[] };

/**
 * Finds the amounts of money in a text that may be of the currency with the ISO code `currency`, or those of all
 * currencies for null. An amount is found if it is written in figures, with a symbol, code or name of the currency
 * before or after: `$1,234.50`, `1.234,50 €`, `USD 50`, `20–30 euros`, `2.5 million dollars`. An ambiguous figure
 * counts as the larger value, and a name that is also a unit of weight, such as pounds, counts as money, since rules
 * limit amounts. Amounts in words are not found.
 */
export function findAmounts(text: string, currency: string | null): Amount[] {
  const { before, after } = buildPatterns(currency);
  const plain = plainFigures(text);
  const amounts: Amount[] = [];
  for (const match of [...plain.matchAll(before), ...plain.matchAll(after)]) {
    const { figure = "", upTo, times = "", mark = "" } = match.groups ?? {};
    const value = Math.max(parseFigure(figure), parseFigure(upTo ?? "0")) * factorOf(times);
    const [start, end] = [match.index, match.index + match[0].length];
    amounts.push({ start, end, value, currencies: listCurrencies(mark) });
  }
  return amounts.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

const DOLLARS = ["USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN"];
const CROWNS = ["SEK", "NOK", "DKK", "ISK", "CZK"];
const POUNDS = ["GBP", "EGP"];
const YEN = ["JPY", "CNY"];

/** Symbols of currencies, in lower case. */
const MARKS: Readonly<Record<string, readonly string[]>> = {
  us$: ["USD"],
  ca$: ["CAD"],
  c$: ["CAD"],
  au$: ["AUD"],
  a$: ["AUD"],
  nz$: ["NZD"],
  hk$: ["HKD"],
  s$: ["SGD"],
  mx$: ["MXN"],
  r$: ["BRL"],
  $: DOLLARS,
  "€": ["EUR"],
  "£": POUNDS,
  "¥": YEN,
  "₹": ["INR"],
  "₩": ["KRW"],
  "₽": ["RUB"],
  "₺": ["TRY"],
  "₪": ["ILS"],
  "฿": ["THB"],
  "₫": ["VND"],
};
/** Names of currencies after a figure, as parts of a pattern. */
const NAMES: readonly (readonly [string, readonly string[]])[] = [
  ["dollars?", DOLLARS],
  ["bucks", DOLLARS],
  ["euros?", ["EUR"]],
  ["pounds?", POUNDS],
  ["fran(?:cs?|ken)", ["CHF"]],
  ["kron(?:a|e|or|er|en)", CROWNS],
  ["yen", ["JPY"]],
  ["yuan", ["CNY"]],
  ["rupees?", ["INR"]],
  ["pesos?", ["MXN"]],
  ["zł(?:ot(?:y|ych|e))?", ["PLN"]],
];
/** Ambiguous abbreviations and the currencies that they may stand for. */
const SHORT_NAMES: Readonly<Record<string, readonly string[]>> = { kr: CROWNS, rs: ["INR"] };
/** Names that are written without a space before the next word. */
const JOINED_NAMES: Readonly<Record<string, readonly string[]>> = {
  元: ["CNY"],
  円: ["JPY"],
  บาท: ["THB"],
};
const CODES =
  "USD EUR GBP CHF JPY CNY CAD AUD NZD HKD SGD MXN BRL INR KRW RUB ILS THB VND SEK NOK DKK ISK CZK PLN HUF RON EGP ZAR AED SAR IDR MYR PHP TWD".split(
    " ",
  );

const FACTORS: readonly (readonly [RegExp, number])[] = [
  [/^(?:k|thousand|tausend)/i, 1e3],
  [/^[万萬]/, 1e4],
  [/^(?:mrd|milliarden?|bn|billions?)/i, 1e9],
  [/^(?:mn|mio|millions?|millionen|m)/i, 1e6],
  [/^[亿億]/, 1e8],
];

/**
 * Groups of three digits after spaces, or figures with points, commas and apostrophes. The limits keep the search
 * linear.
 */
const FIGURE =
  "(?:(?<!\\d)\\d{1,3}(?:[ \\u00a0\\u202f]\\d{3}(?!\\d)){1,6}(?:[.,]\\d{1,2}(?!\\d))?|\\d{1,18}(?:[.,'’]\\d{1,18}){0,8})";
const TIMES =
  "(?:[ \\u00a0]?(?<times>(?:k|thousand|tausend|mn|millions?|millionen|m|bn|billions?|milliarden?)(?!\\p{L})|(?:mio|mrd)(?!\\p{L})\\.?|[万萬亿億]))?";
const UP_TO = `(?:[ \\u00a0]?[-–—][ \\u00a0]?(?<upTo>${FIGURE}))?`;

function buildPatterns(currency: string | null) {
  const codes = [...CODES, ...(currency === null ? [] : [currency])].join("|");
  const short = `(?:${Object.keys(SHORT_NAMES).join("|")})(?!\\p{L})(?:\\.(?=[ \\u00a0]?\\d))?`;
  const signs = Object.keys(MARKS)
    .map((mark) => mark.replace("$", "\\$"))
    .join("|");
  const mark = `(?:${signs}|(?:${codes})(?!\\p{L})|${short})`;
  const names = `(?:\\p{L}[\\p{L}.]{0,14}[ \\u00a0])?(?:${NAMES.map(([name]) => name).join("|")})(?!\\p{L})`;
  const joined = Object.keys(JOINED_NAMES).join("|");
  // A symbol between two figures belongs to the one that it touches, and to both when it touches neither.
  const before = `(?<mark>(?<!\\p{L})${mark}|(?<![\\p{L}\\d])${mark}[ \\u00a0])(?<figure>${FIGURE})${UP_TO}${TIMES}`;
  const after = `(?<figure>${FIGURE})${TIMES}(?<mark>${mark}|[ \\u00a0]${mark}(?!\\d)|[ \\u00a0-]?(?:${names}|${joined}))`;
  return { before: new RegExp(before, "giu"), after: new RegExp(after, "giu") };
}

function listCurrencies(written: string): readonly string[] {
  const mark = written.trim().replace(/^-/, "").replace(/\.$/, "").toLowerCase();
  const known = lookUp(MARKS, mark) ?? lookUp(SHORT_NAMES, mark) ?? lookUp(JOINED_NAMES, mark);
  return known ?? NAME_ENDS.find(([name]) => name.test(mark))?.[1] ?? [mark.toUpperCase()];
}

const NAME_ENDS = NAMES.map(
  ([name, currencies]) => [new RegExp(`(?:^|\\s)${name}$`, "u"), currencies] as const,
);

const factorOf = (times: string) => FACTORS.find(([name]) => name.test(times))?.[1] ?? 1;

/**
 * Reads a figure. The last separator is the decimal one when there are two kinds, or when it is not followed by
 * three digits.
 */
function parseFigure(figure: string): number {
  const digits = figure.replace(/[ \u00a0\u202f'’]/g, "");
  const last = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  if (last === -1) return Number(digits);
  const [whole, rest] = [digits.slice(0, last), digits.slice(last + 1)];
  const isMixed = digits.includes(".") && digits.includes(",");
  const isSingle = !/[.,]/.test(whole);
  const isDecimal = isMixed || (isSingle && (rest.length !== 3 || /^0+$/.test(whole)));
  const plainWhole = whole.replace(/[.,]/g, "");
  return Number(isDecimal ? `${plainWhole}.${rest}` : plainWhole + rest);
}

/** The digit zero of each script that has its own digits. */
const ZEROS = [0x660, 0x6f0, 0x966, 0xe50, 0xff10];
const PLAIN: Readonly<Record<string, string>> = {
  "٫": ".",
  "٬": ",",
  "．": ".",
  "，": ",",
  "＄": "$",
  "￥": "¥",
  "￡": "£",
};

/** Replaces digits and separators by their ASCII form, one for one, so that positions in the text do not change. */
function plainFigures(text: string): string {
  return text.replace(
    /[\u0660-\u0669\u066b\u066c\u06f0-\u06f9\u0966-\u096f\u0e50-\u0e59\uff04\uff0c\uff0e\uff10-\uff19\uffe1\uffe5]/g,
    (mark) => {
      const code = mark.charCodeAt(0);
      const zero = ZEROS.find((first) => code >= first && code < first + 10);
      return zero === undefined ? (PLAIN[mark] ?? mark) : String(code - zero);
    },
  );
}
