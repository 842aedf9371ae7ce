/** Where a bracket or a number stands: the text before it, up to its sentence's beginning, and the text after it. */
export type Place = { readonly before: string; readonly written: string; readonly after: string };

/**
 * Tests whether a text in the form of a marker is something else: the text of a Markdown link, the definition of one or
 * of a footnote, the index of an array, an interval, a class of characters, or a cell of a table of numbers.
 */
export function isNoMarker(place: Place): boolean {
  return isLink(place) || isDefinition(place) || isIndex(place) || isSet(place) || isCell(place);
}

/** `[1](…)`; in `[x][1](…)`, the text of the link is before the marker. */
function isLink({ before, written, after }: Place): boolean {
  return written.endsWith("]") && DESTINATION.test(after) && !/[^\d\s]\s?\]$/.test(before);
}

const DESTINATION =
  /^\((?!\d+\))(?:<[^<>\n]*>|(?:[^\s()<]|\([^\s()]*\))(?:[^\s()]|\([^\s()]*\))*)(?:\s+["'(][^"\n]*)?(?:\)|$)/;

/** `[1]: …` and `[^1]: …` at the beginning of a line. */
function isDefinition({ before, after }: Place): boolean {
  return after.startsWith(":") && /(?:^|\n) {0,3}$/.test(before);
}

/**
 * `a[1]`, `f(x)[1]`, `a[0][1]`, `print(items[1], items[2])`. A word before the bracket without a space may also be the
 * end of prose, as in "Paris[1].", so a word counts as an identifier only if it has the form of one. A capital letter after a word ends prose, as in "vitamin
 * C[1]."
 */
function isIndex({ before: whole, written, after }: Place): boolean {
  const before = whole.slice(-NEAR);
  if (!/^\[\s?\d/.test(written) || /^[\p{L}\p{N}]/u.test(after)) return false;
  if (CALL.test(before) || INDEXED.test(before)) return true;
  const name = /(?:^|[\s([{,=+*/<>!&|])([\w$]+)$/.exec(before)?.[1];
  if (name === undefined) return false;
  const isZero = /^\[\s?0/.test(written);
  if (isZero || /^[a-z]\d*$/.test(name) || IN_CALL.test(before) || NAMES.has(name)) return true;
  if (/^[A-Z]$/.test(name)) return !/\p{L}{3}\s.$/u.test(before) || !CLAUSE_END.test(after);
  const isEndOfSentence = /^(?:\[[^\]]*\])*(?:[.!?]["”')*_]*(?:\s|$)|\s*$)/.test(after);
  return IDENTIFIER.test(name) ? !isEndOfSentence : isAssigned(before, after);
}

/** Number of characters before a bracket that are read. */
const NEAR = 300;
/** `f(x)`, but not the plural in `employee(s)`. */
const CALL = /[\w$]\((?!(?:e?s|n|en|e|r|in|innen)\)$)[^()\n]{0,200}\)$/;
const IN_CALL = /\w\([^()\n]{0,200}$/;
/** `a[0]`, `rows[i]`. */
const INDEXED = /(?:^|[^\p{L}\p{N}_])(?:[A-Za-z_]\w{0,40}(?:\[[a-z]\])+|[a-z](?:\[\w\])+)$/u;
/** A name that is no word, unless a sentence ends after it. */
const IDENTIFIER = /^[a-z]+[A-Z]|[A-Za-z\d]_[A-Za-z\d]|\$[A-Za-z]/;
/** Names of arrays that are no words. */
const NAMES = new Set("arr args argv vec buf idx lst df obj tmp".split(" "));

/** `users[1] = 5` or `users[1].name`, but not `example.com[1].x`. */
function isAssigned(before: string, after: string): boolean {
  const isAddress = /[.:/]\S*$/.test(/\S*$/.exec(before)?.[0] ?? "");
  return !isAddress && /^\s?[-+*/%]?=(?!=*\s*$)|^\+\+|^--\s?;|^\.[a-z_]\w*/.test(after);
}

/** `the interval [1, 3]`, `x ∈ [1, 3]`, `[1, 3] ∪ [4, 5]`, `x = [1, 2]`, `[0-9]`, `[1-9]{2}`. */
function isSet({ before, written, after }: Place): boolean {
  if (/[=∈∉⊂⊆∪∩×]\s?$/u.test(before) || /^\s?[∪∩×⊂⊆∈]/u.test(after)) return true;
  const isRange = /^\[\s?\d+\s?[-–]/.test(written);
  if (isRange && (/^\[\s?0/.test(written) || /^(?:[+{]|\\[dwsb.])/.test(after))) return true;
  return /^\[\s?\d+\s?[,;]/.test(written) && SETS.test(before);
}

const SETS =
  /(?:\b(?:interval|array|vector|tuple|matrix|segment|Intervall|Feld|Vektor|intervalle|tableau|intervalo|intervallo|vettore)|区间|區間|区間|구간|интервал\p{L}*|отрезок|отрезке)\s?$/iu;

/** A cell with nothing else, in a row of numbers. The last cell of a row may be a marker for all of them. */
export function isCell({ before, written, after }: Place): boolean {
  const start = before.slice(before.lastIndexOf("\n") + 1);
  const rest = /^[^\n]*/.exec(after)?.[0] ?? "";
  if (!/^\s*\|/.test(start) || !/\|\s*$/.test(start) || !/^\s*\|/.test(rest)) return false;
  const cells = [...start.split("|").slice(1, -1), ...rest.split("|").slice(1)];
  if (cells.length > CELLS_MAX) return true;
  const shown = cells.map((cell) => cell.trim());
  const others = shown.filter((cell, at) => cell !== "" && (at > 0 || IS_NUMBER.test(cell)));
  if (others.length === 0 || !others.every((cell) => IS_NUMBER.test(cell))) return false;
  const isLast = /^\s*\|\s*$/.test(rest);
  const isAlone = !others.some((cell) => /^[[(]/.test(cell));
  return written.startsWith("(") || !isLast || !isAlone;
}

/** Maximum number of cells of a row that is read. A longer one counts as a row of numbers. */
const CELLS_MAX = 60;
const IS_NUMBER = /^[-+−–(<>≈~[]*[\p{Sc}]?\s?\d[\d.,\s'’]*\s?[%‰]?\p{Sc}?[)\]]*$/u;

/**
 * Tests whether a number in parentheses, such as `(1)`, may be a marker: it ends a clause of prose, and the word before
 * it does not ask for a number, as in "§ 5 (1)", "Figure (1)" or "five (5)".
 */
export function endsClause({ before, written, after }: Place): boolean {
  if (!CLAUSE_END.test(after)) return false;
  const word = before.trimEnd();
  if (ABBREVIATED.test(word)) return false;
  if (STOPPED.test(word) || YEAR.test(word)) return true;
  if (NUMBERED.test(word)) return false;
  const isAttached = word === before && /[A-Za-z]$/.test(word) && written.startsWith("(");
  if (isAttached) return /\p{L}{4}$/u.test(word) && /^(?:[.!?]|\s*$)/.test(after);
  return /\p{L}{2}[)”"'»*_]{0,3}$|\p{L}\p{M}+$|[\p{Lo}%)”"»』」]$/u.test(word);
}

const CLAUSE_END = /^\s{0,9}[*_]{0,3}\s{0,9}(?:$|\n|[.,;:!?…。，；：！？、।؟۔|)\]”"»』」—–])/u;
/** A sentence that has ended before its marker. */
const STOPPED = /[.!?…。！？।؟۔]["'”’»)*_」』]{0,3}$/u;
const ABBREVIATED = /(?:^|[\s(])(?:[Ss]ec|[Aa]rt|[Pp]ara|[Ee]q|[Ff]ig|No|Nr|Abs|Abb|Ziff|lit)\.$/;
const YEAR = /(?:^|[^\p{L}\p{N}])(?:19|20)\d\d$/u;
/** Words and characters that a number in parentheses belongs to. */
const NUMBERED =
  /(?:[\d=+×·*/<>≤≥^§:,;(-]|\b(?:section|sections|sec|article|art|paragraph|para|clause|rule|equation|eq|figure|fig|table|step|item|option|case|point|part|phase|level|type|class|category|chapter|annex|appendix|note|no|number|schedule|theorem|lemma|example|question|version|grade|zone|Absatz|Abs|Satz|Artikel|Ziffer|Nummer|Nr|Punkt|Schritt|Gleichung|Abbildung|Abb|Tabelle|Beispiel|Teil|Kapitel|Anlage|Buchstabe|alinéa|équation|étape|tableau|artículo|apartado|ecuación|paso|figura|tabla|articolo|comma|passo|artigo|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|sixty|ninety|hundred|eine?r?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|deux|trois|quatre|cinq|dos|tres|cuatro|cinco|due|tre|quattro|cinque)|(?:^|[\s(])[a-z])$/iu;

/** Tests whether a number in parentheses begins an item of an enumeration, as in "(1) open it, (2) close it". */
export function beginsItem({ before, after }: Place): boolean {
  if (!/^\s*[\p{L}\p{N}]/u.test(after)) return false;
  return /(?:^|[:,;\n])\s*$/.test(before) || !NUMBERED.test(before.trimEnd());
}

/**
 * Tests whether a raised number, such as `¹`, may be a marker: it follows a word, a mark of punctuation or a percentage,
 * and no unit, variable or power.
 */
export function followsWord({ before: whole, after }: Place): boolean {
  const before = whole.slice(-NEAR).trimEnd();
  if (before.length !== Math.min(whole.length, NEAR) && !CLAUSE_END.test(after)) return false;
  if (/^[\p{L}\p{N}\p{M}]/u.test(after) && !/\p{Lo}$/u.test(before)) return false;
  if (STOPPED.test(before) || YEAR.test(before) || /[,;:%，；：、”"’»]$/u.test(before)) return true;
  const [word = ""] = /[\p{L}\p{M}]+[)*_]{0,3}$/u.exec(before) ?? [];
  const letters = word.replace(/[)*_]+$/, "");
  if (/\p{Lo}/u.test(letters)) return true;
  return letters.length > 2 && !UNITS.has(letters.toLowerCase());
}

/** Units that are raised to a power. */
const UNITS = new Set(
  "inch inches foot feet yard yards mile miles meter meters metre metres centimeter centimeters kilometer kilometers sec min mol zoll fuß".split(
    " ",
  ),
);
