/**
 * The reason why a response abstains, which means that it does not answer the question: the sources do not support an
 * answer (`unsupported`), the request named no documents to search (`no_documents`), or a model that had no sources to
 * answer from wrote nothing (`silent`).
 */
export type AbstentionReason = "unsupported" | "no_documents" | "silent";

/**
 * Returns the fixed text that is sent when a response does not answer the question, in the language of the question.
 */
export const abstention = (question: string, reason: AbstentionReason): string =>
  WORDS[detectLanguage(question)][reason];

type Language = keyof typeof WORDS;

const WORDS = {
  en: {
    silent: "The model gave no answer.",
    unsupported: "The sources do not support an answer to this question.",
    no_documents:
      "I answer from documents only: name at least one vector store with the file_search tool.",
  },
  de: {
    silent: "Das Modell hat keine Antwort gegeben.",
    unsupported: "Die Quellen enthalten keine Antwort auf diese Frage.",
    no_documents:
      "Ich antworte nur aus Dokumenten: Nennen Sie mit dem Werkzeug file_search mindestens einen Vector Store.",
  },
  fr: {
    silent: "Le modèle n’a donné aucune réponse.",
    unsupported: "Les sources ne permettent pas de répondre à cette question.",
    no_documents:
      "Je réponds uniquement à partir de documents : indiquez au moins un vector store avec l’outil file_search.",
  },
  es: {
    silent: "El modelo no ha dado ninguna respuesta.",
    unsupported: "Las fuentes no permiten responder a esta pregunta.",
    no_documents:
      "Solo respondo a partir de documentos: indique al menos un vector store con la herramienta file_search.",
  },
  it: {
    silent: "Il modello non ha dato alcuna risposta.",
    unsupported: "Le fonti non permettono di rispondere a questa domanda.",
    no_documents:
      "Rispondo solo a partire da documenti: indichi almeno un vector store con lo strumento file_search.",
  },
  zh: {
    silent: "模型没有给出回答。",
    unsupported: "现有资料不足以回答这个问题。",
    no_documents: "我只根据文档回答:请用 file_search 工具指定至少一个 vector store。",
  },
  ja: {
    silent: "モデルは回答しませんでした。",
    unsupported: "資料からはこの質問に答えられません。",
    no_documents:
      "文書に基づいてのみ回答します。file_search ツールで vector store を指定してください。",
  },
  th: {
    silent: "โมเดลไม่ได้ให้คำตอบ",
    unsupported: "แหล่งข้อมูลไม่มีคำตอบสำหรับคำถามนี้",
    no_documents: "ฉันตอบจากเอกสารเท่านั้น โปรดระบุ vector store ด้วยเครื่องมือ file_search",
  },
  ar: {
    silent: "لم يقدم النموذج إجابة.",
    unsupported: "لا تتضمن المصادر إجابة عن هذا السؤال.",
    no_documents: "أجيب من المستندات فقط: حدد vector store واحدا على الأقل بأداة file_search.",
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
