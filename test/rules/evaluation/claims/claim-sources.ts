import type {
  ClaimLanguage,
  HumanAnswer,
  SourceDocument,
} from "../../../../scripts/evaluation/claims/claim.ts";

/** Sentences of a small document. Each kind of false claim can be made of at least one of them. */
const SENTENCES: Readonly<Record<ClaimLanguage, readonly string[]>> = {
  en: [
    "The lighthouse of Porto Vell was opened on 5 May 1912 and has 148 steps to its lamp.",
    "The keeper may leave the tower for more than two weeks if all ships have been informed.",
    "Most of the visitors come from France, and some of them stay for 12 days before they travel to Italy.",
    "Margaret Dune designed the larger harbour, which lies north of the lighthouse and was finished in 1925.",
    "The harbour master must count the ships every day and can refuse those that are not insured.",
    "The number of ships increased from 1,200 to 1,350 in the second summer, after the harbour was finished.",
    "The museum of the harbour has 37 rooms, and is open for at least 300 days in a year.",
  ],
  de: [
    "Der Leuchtturm wurde am 5. Mai 1912 eröffnet und hat 148 Stufen bis zur Lampe.",
    "Der Wärter kann den Turm für mehr als zwei Wochen verlassen, und alle Schiffe sind versichert.",
    "Viele Besucher kommen aus Frankreich und bleiben 12 Tage lang, bevor sie nach Italien fahren.",
    "Der größte Hafen liegt nördlich der Stadt London und wurde im Jahr 1925 gebaut.",
    "Das Museum des Hafens hat 37 Räume und muss an 300 Tagen geöffnet werden.",
  ],
  zh: [
    "这座灯塔于1912年5月开放，共有148个台阶。",
    "所有船只必须在12天之前登记，超过300吨的船只可以停靠。",
    "许多游客来自法国，他们在1925年以前没有到过这里。",
    "灯塔是这个地区最大的建筑，位于港口的北部，距离城市37公里。",
  ],
  th: [
    "ประภาคารแห่งนี้เปิดในปี 1912 และมีบันไดทั้งหมด 148 ขั้นจนถึงโคมไฟด้านบน",
    "นักท่องเที่ยวส่วนใหญ่มาจากประเทศฝรั่งเศส และสามารถพักได้นาน 12 วันก่อนเดินทางต่อ",
    "ท่าเรือใหม่เป็นท่าเรือที่ใหญ่ที่สุดทางเหนือของเมือง ซึ่งสร้างในปี 1925 และมีเรือมากกว่า 300 ลำ",
  ],
};

/** Makes small documents in all languages, each with a heading of its own. */
export const makeDocuments = (count: number): SourceDocument[] =>
  (["en", "de", "zh", "th"] as const).flatMap((language) =>
    Array.from({ length: count }, (_document, at): SourceDocument => ({
      key: `harbour ${at}`,
      source: language === "en" ? "squad" : "xquad",
      language,
      passages: SENTENCES[language].map((_sentence, turn, all) => ({
        heading: `Harbour ${at}`,
        text: [...all.slice(turn), ...all.slice(0, turn)].join(" "),
        names: language === "en" ? ["Margaret Dune"] : [],
      })),
    })),
  );

/** Makes answers that people could have written over a passage. */
export const makeAnswers = (count: number): HumanAnswer[] =>
  Array.from({ length: count }, (_answer, at) => ({
    key: `dialogue ${at}`,
    text: `Sure! You climb 148 steps in lighthouse ${at}. Would you like to know more? I do not know the rest of it.`,
    passages: [{ heading: "", text: `Lighthouse ${at} has 148 steps to its lamp.`, names: [] }],
  }));
