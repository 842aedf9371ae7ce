import { findDate, type WrittenDate } from "../../knowledge/written-dates.ts";

/** A document says at its beginning from when it is valid. */
const BEGINNING = 1_500;
/** Words before the date from which a document is valid. */
const CUES =
  /(?:valid|effective|in force|in effect|applies|applicable|version|edition|revision|revised|updated|as of|issued|published|date[d]?|since|stand|gültig|gilt|fassung|ausgabe|en vigueur|valable|version du|à partir du|vigente|válid[oa]|actualizad[oa]|versión|in vigore|valid[oa]|versione|aggiornat[oa]|em vigor|atualizad[oa]|geldig|vanaf|versie|obowiązuje|ważn[ya]|wersja|действует|редакция|geçerli|有効|改訂|施行|版|生效|更新|修订|시행|개정)/giu;
/** Characters between such a word and the date. */
const DISTANCE_MAX = 40;

/** Reads from the beginning of a text since when the document is valid; null if it does not say so. */
export function readSince(text: string): WrittenDate | null {
  const beginning = text.slice(0, BEGINNING);
  for (const { 0: cue, index } of beginning.matchAll(CUES)) {
    const after = beginning.slice(index + cue.length, index + cue.length + DISTANCE_MAX);
    const date = findDate(after.split("\n", 1)[0] ?? "");
    if (date !== null) return date;
    const before = beginning.slice(Math.max(0, index - DISTANCE_MAX), index);
    const found = /[年月日]/u.test(before) ? findDate(before.split("\n").at(-1) ?? "") : null;
    if (found !== null) return found;
  }
  return null;
}
