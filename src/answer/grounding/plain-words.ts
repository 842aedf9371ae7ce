/** The words by which sentences of a language are recognised that claim nothing about the world. */
type PlainWords = {
  /** Characters of the language's script. The other patterns are only tried on sentences that have one. */
  readonly script: RegExp;
  /** A word of all its `absences`, which few sentences have. */
  readonly negation: RegExp;
  /** Sentences that speak with the reader: an offer of help, an announcement of the answer. */
  readonly courtesies: RegExp;
  /** Sentences which say that the documents do not say something. */
  readonly absences: RegExp;
};

/**
 * One table for each language; to add a language, add its table. A pattern that matches too much makes an answer look
 * better supported than it is, so courtesies are whole sentences.
 */
const TABLES: readonly PlainWords[] = [
  // English
  {
    script: /[a-z]/i,
    negation: /\b(?:no|not|cannot|nothing|lacks?)\b|n['’]t\b/i,
    courtesies:
      /^(?:(?:sure|certainly|of course|great|okay|ok|absolutely|no problem)[,.! ]*)?(?:here(?:'s| is| are) (?:the|your|an?|what)\b[^.]{0,60}|let me (?:know|look|check|search|see|find)\b.{0,80}|i hope (?:this|that) helps.{0,20}|(?:please )?feel free to (?:ask|contact|reach)\b.{0,60}|(?:please )?ask (?:me )?if\b.{0,60}|i(?:'ll| will| can) (?:look|check|search|help|gladly|be happy)\b.{0,60}|(?:i'm|i am) (?:sorry|happy|glad)\b.{0,20}|sure|certainly|of course)[.! ]*$/iu,
    absences:
      /\b(?:documents?|passages?|sources?|texts?|excerpts?|context|information|materials?|files?|policies|handbook)\b.{0,60}\b(?:(?:do|does|did|is|are) ?n[o'’]t|cannot|can['’]t|no|nothing|lacks?)\b.{0,60}\b(?:says?|mention(?:s|ed)?|contain(?:s|ed)?|cover(?:s|ed)?|include[sd]?|state[sd]?|specify|specif(?:ies|ied)|provide[sd]?|answer(?:s|ed)?|address|support(?:s|ed)?|describe[sd]?|tell|discuss|information|found|find|about)\b|\bi (?:could|can|did|do) ?(?:not|n['’]t) (?:find|answer|know|see|determine)\b|\bi(?:'ve| have)? found (?:nothing|no)\b|\b(?:there (?:is|was) )?no (?:information|mention|answer|passage|document)s?\b.{0,60}(?:\bfound|\bavailable|\babout|\bon|\bof|\bin)\b/iu,
  },
  // German
  {
    script: /[a-z]/i,
    negation: /\b(?:kein|nicht)/i,
    courtesies:
      /^(?:(?:gerne?|natürlich|klar|sicher)[,.! ]*)?(?:hier (?:ist|sind) (?:die|der|das|ihre?|eine?)\b[^.]{0,60}|ich hoffe,? (?:das|dies) hilft.{0,30}|(?:bitte )?melden sie sich\b.{0,60}|lassen sie (?:mich|es mich) wissen\b.{0,60}|ich (?:suche|schaue|prüfe|sehe nach|helfe)\b.{0,60}|gerne?|natürlich)[.! ]*$/iu,
    absences:
      /\b(?:dokumente?n?|quellen?|texte?n?|unterlagen|passagen?|auszüge?n?|informationen|kontext)\b.{0,80}\b(?:keine?n?|nicht|nichts)\b.{0,40}\b(?:antwort|angaben?|informationen|hinweise?|aussagen?|erwähnt|genannt|enthalten|hervor|beschrieben|beantwortet?|sagen)\b|\b(?:enthalten|nennen|erwähnen|sagen)\b.{0,20}\b(?:keine|nichts|nicht)\b.{0,60}|\bich (?:habe|konnte|kann)\b.{0,40}\b(?:nichts|nicht|keine)\b.{0,40}\b(?:gefunden|finden|beantworten)\b/iu,
  },
  // French
  {
    script: /[a-z]/i,
    negation: /\b(?:ne|aucune?)\b|\bn['’]/i,
    courtesies:
      /^(?:(?:bien sûr|volontiers|certainement|d['’]accord)[,.! ]*)?(?:voici (?:la|le|les|votre|une?|ce)\b[^.]{0,60}|j['’]espère que cela .{0,40}|n['’]hésitez pas à\b.{0,60}|je (?:vais )?(?:cherche|regarde|vérifie|vérifier|chercher)\b.{0,60}|bien sûr|volontiers)[.! ]*$/iu,
    absences:
      /\b(?:documents?|sources?|textes?|passages?|extraits?|informations?|contexte)\b.{0,60}\b(?:ne|n['’])\s?.{0,30}\b(?:pas|rien|aucune?)\b|\baucune? (?:information|mention|réponse|document|passage|source)\b|\bje n['’]ai (?:pas|rien)\b.{0,20}\btrouvé\b/iu,
  },
  // Spanish
  {
    script: /[a-z]/i,
    negation: /\bno\b/i,
    courtesies:
      /^(?:(?:claro|por supuesto|desde luego)[,.! ]*)?(?:aquí (?:está|están|tiene|tienes)\b[^.]{0,60}|espero que (?:esto|eso)\b.{0,40}|no dudes? en\b.{0,60}|no dude en\b.{0,60}|voy a (?:buscar|comprobar)\b.{0,60}|claro|por supuesto)[.! ]*$/iu,
    absences:
      /\b(?:documentos?|fuentes?|textos?|pasajes?|fragmentos?|información|contexto)\b.{0,60}\bno (?:se )?(?:dicen?|mencionan?|contienen?|incluyen?|indican?|especifican?|permiten?|responden?|hay)\b|\bno (?:se )?(?:encontr[eéó]|hay|he encontrado|dispongo de|tengo)\b.{0,40}\b(?:información|respuesta|datos|mención|nada)\b/iu,
  },
  // Italian
  {
    script: /[a-z]/i,
    negation: /\bnon\b/i,
    courtesies:
      /^(?:(?:certo|certamente|volentieri)[,.! ]*)?(?:ecco (?:la|il|le|i|gli|una?|cosa)\b[^.]{0,60}|spero che (?:questo|ciò)\b.{0,40}|non esit(?:i|are) a\b.{0,60}|(?:vado a )?(?:cerco|controllo|verifico)\b.{0,60}|certo|certamente)[.! ]*$/iu,
    absences:
      /\b(?:documenti?|fonti?|testi?|passaggi?|brani?|informazioni|contesto)\b.{0,60}\bnon (?:dic\p{L}*|menzion\p{L}*|conteng\p{L}*|contien\p{L}*|includ\p{L}*|indic\p{L}*|specific\p{L}*|permett\p{L}*|rispond\p{L}*|c['’]è|riport\p{L}*)|\bnon (?:ho trovato|ci sono|c['’]è|dispongo di)\b.{0,40}\b(?:informazion\p{L}*|rispost\p{L}*|dati|nulla|niente)\b/iu,
  },
  // Chinese
  {
    script: /[\u4e00-\u9fff]/,
    negation: /[没未不无]/,
    courtesies:
      /^(?:好的|当然|没问题)?[,,。! ]*(?:以下是[^。]{0,40}|希望(?:这|对)[^。]{0,20}|如有[^。]{0,30}(?:问题|疑问)[^。]{0,30}|让我[^。]{0,20}(?:查|找|看)[^。]{0,20}|好的|当然)[。.!! ]*$/u,
    absences:
      /(?:文档|文件|资料|来源|段落|原文|信息|上下文)[^。]{0,30}(?:没有|并未|未|不)[^。]{0,12}(?:提到|提及|说明|包含|涉及|回答|记载|指出|足以|给出|信息)|(?:没有|未能?)(?:找到|提供|发现)[^。]{0,20}(?:信息|答案|内容|资料)|无法(?:回答|确定|找到)/u,
  },
  // Japanese
  {
    script: /[\u3040-\u30ff]/,
    negation: /(?:ない|ません)/,
    courtesies:
      /^(?:はい|もちろん|承知しました)?[、。! ]*(?:以下[はが][^。]{0,40}(?:です|ます)|お役に立て[^。]{0,20}|(?:ご不明|ご質問)[^。]{0,40}(?:ください|ませ)|(?:検索|確認|お調べ)[^。]{0,10}(?:します|いたします)|はい|もちろんです?|承知しました)[。!! ]*$/u,
    absences:
      /(?:資料|文書|ドキュメント|出典|文章|情報|記述|記載)[^。]{0,40}(?:ありません|ない|見つかりません|含まれて(?:いません|いない)|書かれて(?:いません|いない)|記載されて(?:いません|いない)|言及されて(?:いません|いない)|答えられません)|見つかりませんでした/u,
  },
  // Korean
  {
    script: /[\uac00-\ud7af]/,
    negation: /(?:없|않)/,
    courtesies:
      /^(?:네|물론입니다)?[,. ]*(?:다음은 .{0,40}입니다|도움이 되.{0,20}|궁금한 .{0,30}|확인해 .{0,20}|네|물론입니다)[.! ]*$/u,
    absences:
      /(?:문서|자료|출처|정보|본문|내용)[^.]{0,40}(?:없습니다|않습니다|않았습니다|찾을 수 없)/u,
  },
  // Thai
  {
    script: /[\u0e00-\u0e7f]/,
    negation: /ไม่/,
    courtesies:
      /^(?:ได้(?:ครับ|ค่ะ)|แน่นอน)?\s*(?:นี่คือ.{0,40}|หวังว่า.{0,40}|หาก.{0,20}(?:คำถาม|ข้อสงสัย).{0,40}|ขอ(?:ค้นหา|ตรวจสอบ).{0,30}|ได้(?:ครับ|ค่ะ)|แน่นอน)[.! ]*$/u,
    absences:
      /(?:เอกสาร|แหล่งข้อมูล|ข้อความ|ข้อมูล).{0,40}(?:ไม่ได้|ไม่มี|ไม่พบ|ไม่ปรากฏ).{0,30}(?:ระบุ|กล่าว|บอก|คำตอบ|ข้อมูล|พูดถึง)?|ไม่พบ(?:ข้อมูล|คำตอบ)|ไม่มีข้อมูล/u,
  },
  // Arabic
  {
    script: /[\u0600-\u06ff]/,
    negation: /(?:لا|لم)/,
    courtesies:
      /^(?:بالتأكيد|بالطبع|حسنا)?[،.! ]*(?:إليك .{0,60}|آمل أن .{0,40}|لا تتردد .{0,60}|سأبحث .{0,40}|بالتأكيد|بالطبع)[.! ]*$/u,
    absences:
      /(?:المستندات|الوثائق|المصادر|النصوص|المعلومات|المقاطع).{0,40}(?:لا |لم ).{0,20}(?:تذكر|تتضمن|تحتوي|تقول|تشير|توضح|تجيب)|(?:لا|لم) (?:تذكر|تتضمن|تحتوي|تشير|توجد|أجد|أعثر).{0,20}(?:المستندات|الوثائق|المصادر|النصوص|معلومات|إجابة)/u,
  },
  // Russian
  {
    script: /[\u0400-\u04ff]/,
    negation: /(?:не|нет)/i,
    courtesies:
      /^(?:конечно|хорошо)?[,.! ]*(?:вот .{0,60}|надеюсь,? .{0,40}|обращайтесь.{0,60}|(?:сейчас )?(?:поищу|проверю|посмотрю).{0,40}|конечно)[.! ]*$/iu,
    absences:
      /(?:документ|источник|текст|отрыв|фрагмент|информаци|материал)\p{L}*.{0,60}(?:не |нет )(?:\p{L}+ ){0,2}(?:указан|сказан|говорит|упомина|содерж|отвеча|информаци|ответ|сведени)\p{L}*|(?:не удалось найти|не наш[её]л|не нашл\p{L}+|нет (?:информации|сведений|ответа))/iu,
  },
];

/** Tests whether a sentence only speaks with the reader, in any language: “I hope this helps.” */
export const isCourtesy = (sentence: string): boolean =>
  TABLES.some(({ script, courtesies }) => script.test(sentence) && courtesies.test(sentence));

/** Tests whether a sentence says that the documents do not say something, in any language. */
export const isAbsence = (sentence: string): boolean =>
  TABLES.some(
    ({ script, negation, absences }) =>
      script.test(sentence) && negation.test(sentence) && absences.test(sentence),
  );
