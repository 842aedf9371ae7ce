const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));

/** Words for a passage. A marker may have one before its number: `[Passage 1]`. */
export const LABELS = words(
  "passage passages source sources document documents doc docs reference references ref refs citation citations cite snippet snippets excerpt excerpts chunk chunks passagen quelle quellen dokument dokumente textstelle textstellen extrait extraits fuente fuentes pasaje pasajes documento documentos fonte fontes fonti trecho trechos passagem passagens passaggio passaggi bron bronnen źródło kaynak источник отрывок фрагмент документ 来源 來源 出处 出處 段落 文档 文檔 文件 资料 資料 参考 參考 引用 片段 出典 パッセージ 文書 ソース 출처 문서 구절 자료 المصدر مصدر المقطع مقطع स्रोत แหล่งที่มา ข้อความ",
);
/** Words that stand between a parenthesis and the marker within it: `(see [1])`. */
export const LEADS = words(
  "see also cf from in per as according to siehe auch vgl laut aus nach voir selon véase ver según vedi cfr zie см 参见 參見 参照 見 见 據 据",
);
/** Words between the numbers of a marker. Those in Latin letters are between spaces. */
export const ANDS = words("and und et y e en и و 和 及 と");

/** Tests whether a word may become one of these when more of it arrives. */
export const mayBecome = (word: string, ...lists: ReadonlySet<string>[]): boolean =>
  lists.some((list) => [...list].some((one) => one.startsWith(word)));
