/**
 * Returns the text of an answer that gives none, in the language of the question: the sources do not support an answer
 * (`unsupported`), or there were no documents to search (`no_documents`).
 */
export function abstention(question: string, reason: "unsupported" | "no_documents"): string {
  const words = WORDS[detectLanguage(question)];
  return reason === "unsupported" ? words.unsupported : words.noDocuments;
}

type Language = keyof typeof WORDS;

const WORDS = {
  en: {
    unsupported: "The sources do not support an answer to this question.",
    noDocuments:
      "I answer from documents only: name at least one vector store with the file_search tool.",
  },
  de: {
    unsupported: "Die Quellen enthalten keine Antwort auf diese Frage.",
    noDocuments:
      "Ich antworte nur aus Dokumenten: Nennen Sie mit dem Werkzeug file_search mindestens einen Vector Store.",
  },
  fr: {
    unsupported: "Les sources ne permettent pas de répondre à cette question.",
    noDocuments:
      "Je réponds uniquement à partir de documents : indiquez au moins un vector store avec l’outil file_search.",
  },
  es: {
    unsupported: "Las fuentes no permiten responder a esta pregunta.",
    noDocuments:
      "Solo respondo a partir de documentos: indique al menos un vector store con la herramienta file_search.",
  },
  it: {
    unsupported: "Le fonti non permettono di rispondere a questa domanda.",
    noDocuments:
      "Rispondo solo a partire da documenti: indichi almeno un vector store con lo strumento file_search.",
  },
  zh: {
    unsupported: "现有资料不足以回答这个问题。",
    noDocuments: "我只根据文档回答:请用 file_search 工具指定至少一个 vector store。",
  },
  ja: {
    unsupported: "資料からはこの質問に答えられません。",
    noDocuments:
      "文書に基づいてのみ回答します。file_search ツールで vector store を指定してください。",
  },
  th: {
    unsupported: "แหล่งข้อมูลไม่มีคำตอบสำหรับคำถามนี้",
    noDocuments: "ฉันตอบจากเอกสารเท่านั้น โปรดระบุ vector store ด้วยเครื่องมือ file_search",
  },
  ar: {
    unsupported: "لا تتضمن المصادر إجابة عن هذا السؤال.",
    noDocuments: "أجيب من المستندات فقط: حدد vector store واحدا على الأقل بأداة file_search.",
  },
};

/** Scripts that identify a language. Japanese comes before Chinese, whose characters it shares. */
const SCRIPTS: readonly (readonly [RegExp, Language])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, "ja"],
  [/\p{Script=Han}/u, "zh"],
  [/\p{Script=Thai}/u, "th"],
  [/\p{Script=Arabic}/u, "ar"],
];

/** Frequent words in questions of a language that its neighbours do not share. */
const QUESTION_WORDS: readonly (readonly [Language, ReadonlySet<string>])[] = [
  [
    "de",
    new Set(
      "wer wie wann warum welche welcher welches der das ist sind wird und ein eine für von".split(
        " ",
      ),
    ),
  ],
  [
    "fr",
    new Set(
      "qui que quoi quand où pourquoi comment quel quelle est sont les des une dans pour".split(
        " ",
      ),
    ),
  ],
  [
    "es",
    new Set(
      "quién qué cuándo dónde cuál cómo cuánto cuántos es son el los las una para del".split(" "),
    ),
  ],
  [
    "it",
    new Set(
      "chi che cosa quando dove perché quale quali è sono il gli una nel della per".split(" "),
    ),
  ],
];

function detectLanguage(question: string): Language {
  const script = SCRIPTS.find(([pattern]) => pattern.test(question));
  if (script) return script[1];
  const words = question.toLowerCase().match(/\p{L}+/gu) ?? [];
  let best: Language = "en";
  // A single match proves nothing: "es" and "die" also occur in English names and questions.
  let most = 1;
  for (const [language, known] of QUESTION_WORDS) {
    const count = words.filter((word) => known.has(word)).length;
    if (count > most) [best, most] = [language, count];
  }
  return best;
}
