/**
 * Words that are written with a full stop inside a sentence, by language. They apply to all texts, so a word that often
 * ends a sentence in another language is not listed. A missing word only splits a sentence in two.
 */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  en:
    "mr mrs ms dr prof sr jr st vs etc eg ie al ref refs ed eds cf inc ltd co corp dept est gen gov sen rep rev hon capt " +
    "col lt sgt messrs mt ft jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri min max avg resp viz " +
    "approx incl excl tel ext",
  de:
    "bzw ggf evtl ca usw inkl exkl zzgl bspw vgl str dipl ing hrsg jh mind allg sog bes einschl gem lt ua uvm " +
    "zb dh ff fr hr rd abzgl",
  fr: "mme mlle mgr env éd chap av bd cie",
  es: "sra srta dra ud uds uu ee pág págs núm núms avda aprox ej dña tfno",
  it: "sig dott ing avv ecc pag pagg es spett gent prof",
  pt: "sra dra exmo exma av pág págs aprox ltda",
  nl: "bijv dhr mevr enz blz incl jl evt ong",
  pl: "np tj tzn ul al dr hab im itp itd pkt wyd tys mln zł godz",
  tr: "örn vb vs sn av yy bkz dr doç prof",
  ru: "др пр ул им напр см руб коп тыс просп пос обл проф акад гг род",
  vi: "tp ths ts gs pgs",
  hi: "डॉ श्री प्रो रु",
};

/**
 * Words that are followed by a number, "no. 5", "c. 1066", "Art. 3", or by a single letter, "lit. a". Before anything
 * else their full stop ends a sentence: "The answer is no."
 */
const NUMBERED =
  "no nos nr nrs n num ca circa cca vol vols pp pg pag pág fig figs eq eqs ch chap sec sect cl para par art arts " +
  "abs abb tab ziff lit bd kap anh anl rn rz tz núm apdo cap inc lib alin al ust pkt poz rys str md madde sf п пп ст рис " +
  "табл гл стр ч кв д v vv ex app § approx около";

const words = (list: string) => list.split(" ");
const UNFINISHED: ReadonlySet<string> = new Set(Object.values(ABBREVIATIONS).flatMap(words));
const BEFORE_NUMBER: ReadonlySet<string> = new Set(words(NUMBERED));

/** Words before a German ordinal number: "am 3. Oktober", "der 2. Absatz". */
const BEFORE_ORDINAL: ReadonlySet<string> = new Set(
  words("am vom zum bis ab der die das dem den des im beim jeder jedem seit und zur"),
);

/** Maximum length of an abbreviation, and of a word before an ordinal number. */
export const ABBREVIATION_LENGTH_MAX = 6;

/**
 * Tests whether a word with a full stop does not end its sentence. `next` is the first character of the next word, and
 * `isSingle` says that the next word is that character alone.
 */
export function isAbbreviated(word: string, next: string, isSingle: boolean): boolean {
  const lower = word.toLowerCase();
  if (BEFORE_NUMBER.has(lower)) {
    if (/\p{N}/u.test(next) || (isSingle && /\p{L}/u.test(next))) return true;
  }
  return UNFINISHED.has(lower);
}

/** Tests whether a number of one or two digits with a full stop is an ordinal number, by the word before it. */
export const isBeforeOrdinal = (word: string): boolean => BEFORE_ORDINAL.has(word.toLowerCase());
