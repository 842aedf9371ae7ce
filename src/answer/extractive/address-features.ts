/**
 * A sign that a sentence in a document gives orders to an AI assistant: its weight, and a pattern for each wording or
 * language.
 */
export type AddressFeature = { readonly weight: number; readonly patterns: readonly RegExp[] };

/** Sentences are in lower case and NFKC: patterns that ignore case take twice as long. */
const pattern = (source: string) => new RegExp(source.normalize("NFKC"), "u");
/** Joins alternatives that are written with spaces between them. */
const any = (words: string) => `(?:${words.trim().split(/\s+/u).join("|").replaceAll("_", " ")})`;
/** Up to `count` words of one sentence, as few as possible. */
const words = (count: number) => String.raw`(?:[^\s.!?]+\s+){0,${count}}?`;
/** Up to `count` characters of one sentence, for scripts without spaces and languages with free word order. */
const near = (count: number) => `[^.!?。！？।]{0,${count}}?`;

/** The place of an English imperative. */
const ORDER = String.raw`(?:^|[.!?:;,…—–|>*#"'“”([{\n\])}-]\s*|\b(?:and|then|now|just|please|simply|instead|so|but|hereby|immediately|you (?:must|should|shall|will|can|may|now|are to|have to|need to|are going to)|you to|let's|let us|were to|can you|could you|would you|will you)\s+)`;

const REPLY = `(?:own |next |final |entire |whole |first |every )*${any(
  "answers? repl(?:y|ies) responses? outputs? solution code(?:base)? implementation algorithm elucidation completions?",
)}`;

/** An order to give up the instructions that the assistant has. The verb and its object are close to each other. */
const OVERRIDES: readonly string[] = [
  `${ORDER}${any("ignor(?:e|ing) disregard(?:ing)? forget(?:ting)? overrid(?:e|ing) bypass neglect discard erase reset abandon (?:do_not|don't|never)_(?:follow|obey|listen_to|comply_with|adhere_to) stop_(?:following|obeying)")}\\s+${words(5)}${any(
    "(?:your|the|my|our|these|those|all|any|other|previous|prior|above|preceding|earlier|initial|original|system|former|following|safety|existing)(?:_of)?(?:_the|_your|_these|_those)?(?:_[\\p{L}-]+)?_(?:instructions?|prompts?|directions?|directives?|orders|rules?|guidelines?|commands?|programming|constraints?|restrictions?|training|safeguards?) everything_(?:above|before|prior|you|i|we|that|said|else) every?thing_you (?:all|what)_(?:of_)?(?:the_above|you|that_was) (?:the_)?(?:above|previous_text|prior_text|preceding)",
  )}(?![\\p{L}-])`,
  `${ORDER}(?:ignore|disregard|forget)\\s+(?:the |this |that )?\\p{L}+\\s+and\\s+(?:just |only |instead )?${any("state say print output claim write answer reply respond report tell give")}\\b`,
  // German, Dutch, Scandinavian.
  `(?:ignorier|missacht|vergiss|vergess|vernachlässig|überschreib|umgeh|negeer|vergeet|ignorera|ignorer|glöm|glem)\\p{L}*\\s+${near(50)}(?:anweisung|instru[kc]|regel|vorgabe|befehl|prompt|richtlinie|aanwijzing|opdracht|anvisning|alles,? (?:was|wat)|bisherige|vorherige|obige|bovenstaande)`,
  // French, Spanish, Italian, Portuguese, Romanian.
  `(?:ignor[aeo]|ignorez|oubli|ne (?:tiens|tenez|suis|suivez) pas|fais abstraction|olvid|haz caso omiso|haga[ns]? caso omiso|descart|desestim|omit[ea]|no sigas|dimentic|trascura|tralascia|non seguire|esque[cç]|desconsider|ignoră|uită)\\p{L}*\\s+${near(50)}(?:instru[cçk][cçtț]?i|istruzion|instruç|consigne|directi?v|direttiv|diretri|ordre|órden|ordens|ordini|règle|reglas|regras|regole|indicacion|indicazion|orientaç|tout ce (?:que|qui)|todo lo|tutto (?:ciò|quello)|tudo o|precedent|précédent|anterior|ci-dessus)`,
  // Russian, Ukrainian, Polish, Czech.
  `(?:игнор|забуд|не обращай|отмени|пренебре|ігнор|z?ignoruj|zapomnij|pomiń|zapomeň)\\p{L}*\\s+${near(50)}(?:инструкц|указани|команд|правил|предыдущ|сказанн|вс[её],? что|інструкц|вказівк|instrukc|polece|zasad|wszystk|poprzedni|pokyn|příkaz|předchoz)`,
  // Turkish, Vietnamese, Indonesian, Greek.
  `(?:talimat|komut|kural|yönerge)${near(40)}(?:görmezden|yok say|unut|dikkate alma)`,
  `(?:bỏ qua|phớt lờ|quên|abaikan|lupakan|αγνόησ|ξέχν)\\p{L}*${near(40)}(?:hướng dẫn|chỉ dẫn|lệnh|quy tắc|instruksi|perintah|petunjuk|aturan|οδηγ|εντολ|κανόν)`,
  // Chinese, Japanese, Korean, Thai.
  `(?:忽略|无视|無視|忽视|忽視|忘记|忘記|忘掉|不要理会|不理会|抛开|撤销)${near(14)}(?:指示|指令|提示|规则|規則|命令|要求|内容|內容|设定|設定|说明|一切|所有)`,
  `(?:指示|命令|指令|ルール|プロンプト|規則|設定|内容)${near(12)}(?:無視|忘れ|破棄|取り消|従わな)|無視して`,
  `(?:지시|명령|지침|규칙|프롬프트|내용|설정)${near(14)}(?:무시|잊)`,
  `(?:ละเว้น|เพิกเฉย|ลืม|ไม่ต้องสนใจ|อย่าสนใจ|เมินเฉย)${near(24)}(?:คำสั่ง|คำแนะนำ|กฎ|ข้อความ)`,
  // Arabic, Persian, Hebrew, Hindi.
  `(?:تجاهل|انس|لا تتبع)\\p{L}*\\s+${near(30)}(?:تعليمات|أوامر|قواعد|توجيهات|ما سبق|السابق)|دستور\\p{L}*${near(30)}نادیده`,
  `(?:התעלם|התעלמ|שכח)\\p{L}*\\s+${near(30)}(?:הוראות|הנחיות|כללים)`,
  `(?:निर्देश|आदेश|नियम)${near(30)}(?:अनदेखा|नज़रअंदाज़|नजरअंदाज|भूल)`,
];

/** The role that the reader is to play, or a claim about what the reader is. */
const ROLES: readonly string[] = [
  `\\byou(?:'re| are| will be| must be)(?: now| currently| going to be| about to be| no longer| not| just| only| really| actually| both)*(?: bound by| an?| the| as| in the role of| my| called| named)?\\s+${words(6)}${any("ai a\\.i\\. bot chatbot robot \\p{L}*gpt[\\p{L}\\d-]* dans? llm language_model assistant persona character role machine program simulator terminal console interpreter")}(?![\\p{L}-])`,
  `\\byou(?:'re| are)(?: now)?(?: going to| about to| to| supposed to| required to| programmed to| expected to)\\s+(?:\\p{L}+\\s+)?${any("act play pretend simulate imitate immerse respond reply answer roleplay behave be become assume take")}\\b`,
  `(?:^|[.!?:;,]\\s|\\b(?:to|please|you will|you must|you should|you can|now|going to)\\s)\\W*(?:pretend|act|behave|respond|reply|answer|speak|write|roleplay|role-play|imitate|simulate|become)\\s+(?:only |exactly |always |to me )*(?:to be|that you|like you|as if you|as an?|as the|as my|as though you|like an?)\\s`,
  "\\b(?:from now on|from this moment|for the rest of (?:this|our|the) conversation|in (?:all |every )?(?:your )?(?:future|subsequent) (?:repl|respon|answer|message))",
  "\\b(?:stay|remain|be|keep) in (?:the )?character\\b|\\bbreak(?:ing)? character\\b|\\bdo anything now\\b|\\b(?:play|take on|assume|adopt|enact) the (?:role|persona|part|character) of\\b|\\bsimulate (?:being |a |an )?(?:ai|chatbot|persona|developer|dan)",
  "\\b(?:du bist|sie sind|tu es|vous êtes|eres|tú eres|usted es|sei|você é|je bent)(?: jetzt| nun| ab jetzt| maintenant| désormais| ahora| ora| adesso| agora| nu)\\b|\\bab (?:sofort|jetzt) (?:bist|antworte)|\\bà partir de maintenant\\b|\\ba partir de ahora\\b|\\bd'ora in poi\\b|\\ba partir de agora\\b|\\bvanaf nu\\b|с этого момента|отныне|ты теперь|从现在(?:开始|起)|你现在是|今から|これから(?:あなた|君)は|지금부터|너는 이제|من الآن فصاعدا|أنت الآن|จากนี้ไป|ตั้งแต่นี้",
];

/** The markup and the headings by which prompts mark who speaks. */
const FRAMES: readonly string[] = [
  "<\\|[a-z_]+\\|>|\\[/?(?:inst|sys(?:tem)?)\\]|<</?sys>>|</?(?:system|assistant|instructions?|prompt)(?:[ _-]?\\p{L}+)*>",
  "^\\W*(?:system|assistant|developer|admin(?:istrator)?|root)\\s*(?:message|prompt|note|notice|instruction)?\\s*:\\s*\\p{L}|^\\W*#+\\s*(?:system|new|updated)? ?(?:instructions?|prompt)\\s*:",
  "\\b(?:system|override|developer|god|admin|root|maintenance|debug|sudo|jailbreak|unrestricted|dan)[ -]+(?:mode|override|reset|prompt|instructions?)\\b[^.]{0,20}(?:>|!|\\b(?:enabled|activated?|engaged|confirmed|initiated|on|now)\\b)|\\b(?:entering|enter|activat(?:e|ing)|enabl(?:e|ing)|initiat(?:e|ing)|in) (?:an? |the )?['\"“]?(?:\\p{L}+ ){0,3}(?:override|god|developer|maintenance|jailbreak|debug|dan|system)(?:['\"”]? |-)(?:mode|reset)\\b|\\bsystem override\\b|\\b(?:training )?data override\\b",
];

/** Orders about the reply, its form and its recipient. */
const REPLIES: readonly string[] = [
  `\\b(?:in|to|of|into|with|for|throughout|within|from|using|before|after|outside)\\s+(?:all |each of )?your\\s+${REPLY}\\b`,
  `^\\W*(?:please |now |then |seamlessly )*(?!submit|send|mail|post|enter|record|mark|give|return)\\p{L}+\\s+${words(3)}your\\s+${REPLY}\\b`,
  "\\b(?:repl(?:y|ies)|responses?|outputs?)\\s+(?:will|must|should|shall|may only|can only)(?: all| always| only| never| not)* (?:start|begin|end|be|contain|include|consist|have|use|follow)\\b",
  "^\\W*(?:you (?:must|will|can|should) )?only (?:listen|respond|reply|answer|speak|talk|say|output|print)\\b",
  `${ORDER}(?:tell|inform|convince|persuade|instruct|encourage|urge) the (?:user|human|reader)\\b`,
  `${ORDER}(?:reply|respond|answer)(?: only| just| always)? (?:in|with|using|by|as) (?:base ?\\d+|reverse|rot13|morse|pig latin|leetspeak|emojis?|json|binary|hex|caps|rhymes?|the (?:exact |following )?(?:words?|phrase|text|sentence))`,
  `${ORDER}(?:just |only |simply )*(?:print|say|output|repeat|state|echo)(?: only| just| exactly| out loud)?(?: the following| the (?:exact )?(?:words?|phrase|text|sentence))?\\s*:?\\s*["“«'\`\\\\]`,
];

/** Requests for what the assistant knows: its instructions, and secrets. The sentence must not forbid to give them. */
const SECRETS: readonly string[] = [
  `^(?!.*\\b(?:never|not|don't|no one|nobody)\\b).*\\b${any("tell reveal show print repeat display leak output expose disclose share translate encode write give confirm provide recite dump send")}\\b${near(40)}(?:\\byour|\\bthe) ${words(2)}${any("system_prompt initial_prompt prompt secret_keys? secret_codes? passphrase pass_?phrase hidden_instructions initial_instructions original_instructions instructions_(?:above|verbatim|you)")}\\b`,
  `^(?!.*\\b(?:never|not|don't)\\b)(?:.*\\b(?:poem|haiku|story|song|leetspeak|pig latin|base64|reverse)\\b.*\\bpassw|.*\\bpass(?:word|phrase)\\b.*\\b(?:leetspeak|pig latin|base64|morse)\\b)`,
  `^(?!.*\\b(?:nicht|niemals|nie|jamais|pas|nunca|no|non|mai|nooit|не|никогда)\\b).*(?:geben|sag|nenn|verrat|donne|dis-moi|dímelo|dame|dime|dimmi|dammi|diga|dê|geef|скажи|дай|сообщи).*(?:ihr|dein|votre|ton|tu|su|tua?|vostra|sua|jouw|uw|тво|ваш)\\p{L}*\\s+(?:passwort|kennwort|mot de passe|contraseña|clave|password|senha|wachtwoord|парол)|(?:너의|당신의|네) (?:비밀번호|암호)|あなたの(?:パスワード|秘密)|你的(?:密码|密碼|系统提示|秘密)|パスワードが必要|كلمة (?:المرور|السر) الخاصة بك`,
];

/** Requests for a text, as people make them of an assistant. */
const TASKS: readonly string[] = [
  `${ORDER}(?:write|compose|create|generate|draft|produce|make up|come up with|tell me|give me|recite|invent|continue)\\s+(?:me |us )?(?:an?|another|some|the|\\d+)?\\s*${words(4)}${any("stor(?:y|ies) poems? essays? songs? lyrics haikus? limericks? sonnets? jokes? rap tweets? screenplay dialogue script tutorial fiction fanfiction")}\\b`,
  `${ORDER}(?:translate|paraphrase|rewrite|summari[sz]e|decode|decrypt|classify|determine the (?:mood|sentiment))\\s+(?:the following|this|that|it|your|these)\\b`,
  `^\\W*(?:imagine|suppose|let's (?:assume|imagine|say|pretend)|assume) (?:that )?(?:we're|we are|you're|you are|a scenario|a world|i am|i'm)\\b`,
];

/** A code sample to be worked into code of the assistant. */
const CODE: readonly string[] = [
  `\\b(?:the )?(?:following|below|subsequent|this) (?:piece of )?code (?:snippet|excerpt|block|section|fragment)\\b`,
  `\\byour (?:code|codebase|implementation|solution|algorithm|program)\\b|\\bcode (?:that )?you (?:develop|write|generate|produce)\\b|\\byour code's\\b`,
];

/** Acts with somebody's data: the order, whose data they are, and where they are to go. Each alone is harmless. */
const ACTS: readonly string[] = [
  `^\\W*(?:please |now |then |and |also |next )*${any("send forward e-?mail mail transfer pay delete remove modify change update create get fetch retrieve list collect gather concatenate post upload share invite book reserve schedule add make buy click visit open")}\\s`,
  `\\b(?:the |all |every )?users?(?:'s|'|s')?\\s+(?:info(?:rmation)?|data|passwords?|accounts?|names?|details|balances?|address(?:es)?|messages|scheduled|credentials|favorite|e-?mails?)\\b|\\b(?:password|account|calendar|e-?mails?) of the user\\b|\\buser_?names?\\b|\\ball (?:the |of the |my |your )?(?:messages|e-?mails|files|contacts|transactions|user \\p{L}+)\\b|\\b(?:passport|bank[ _]account|social security|credit card|id)[ _]?numbers?\\b|\\bas much (?:money )?as possible\\b`,
  `\\b(?:to|on|from|in|into|with) my (?:new |own |personal )?(?:e-?mail|account|calendar|inbox|server|address|website)\\b|\\bto the (?:account|website|address|e-?mail|server)\\b|\\b[a-z]{2}\\d{10,}\\b|['"(<][\\p{L}\\d._-]+@[\\p{L}\\d.-]+['")>]|\\b(?:subject|title|body) (?:should be|is to be|'|"|of)|\\bto (?:www\\.|https?:)`,
];

/** Wordings by which people begin a request to an assistant. */
const REQUESTS: readonly string[] = [
  `\\bi (?:want|need|would like|'d like|expect|will ask|command|order)(?: for)? you to\\b|\\byour (?:task|job|goal|role|mission|purpose|name) is\\b|\\bmy (?:first|next) (?:\\p{L}+ )?(?:question|prompt|request|command|message|input|task)\\b|${ORDER}answer the (?:following |above |next )?questions?\\b|\\bif you (?:understand|understood|agree|comply|refuse)\\b|\\byou (?:agreed|promised) (?:to|in our|that)\\b`,
];
const SLOTS: readonly string[] = [
  "[\\[{(<][^\\])}>]{0,30}\\b(?:prompt|question|response|reply|answer)s?(?: here| goes here)?[\\])}>]",
];

/** Words that occur where somebody writes about assistants, too. */
const LEXICON: readonly string[] = [
  "\\bjail ?br(?:ea|o)k\\p{L}*|\\bdev(?:eloper)? mode\\b|\\b(?:un(?:filtered|censored|restricted|moderated))\\b|\\brole-?play|\\bwithout (?:any )?(?:filter|censor|restriction|limitation|ethical|moral)|\\bno (?:filters?|restrictions|limitations|boundaries|moral|ethical)|\\bdans?\\b|\\bpersonas?\\b|\\b(?:amoral|immoral|unethical|illegal|harmful|offensive|explicit|profanity|swear|curse|nsfw)\\b|\\bfree of the (?:typical )?confines\\b|\\brules set for\\b|\\bcontent polic",
];
const MACHINES: readonly string[] = [
  "\\b(?:chat ?gpt|\\p{L}*gpt-?\\d?|open ?ai(?:'s)?|anthropic|language model|llms?|chat ?bots?|ai model|artificial intelligence)\\b|\\bas an ai\\b",
];
const SECOND_PERSON: readonly string[] = ["\\b(?:you|your|yours|yourself|you're|you'll)\\b"];
const FIRST_PERSON: readonly string[] = ["\\b(?:i|me|my|i'm|i'll|i've)\\b"];
const OBLIGATIONS: readonly string[] = [
  "\\b(?:must|will|should|shall|cannot|can't|won't|may not|doesn't|don't)(?: not)?(?: also| always| never| only| still)* (?:answer|respond|reply|refuse|comply|obey|say|generate|pretend|act|output|print|provide|ignore|disclaim|warn|apologi[sz]e|refer|mention|speak|swear|curse|follow|engage|make up|break|stop)\\b|\\b(?:always|never) (?:answer|respond|repl|refus|compl|obey|say|generat|warn|apologi|break|censor|filter|end|begin|start)\\p{L}*|\\bno matter what\\b|\\bat all times\\b",
];
const SPEAKING: readonly string[] = [
  `${ORDER}(?:always |never |only |just |do not |don't )*(?:answer|respond|reply|say|print|output|tell me|give me|show me|speak|remember|repeat|include|add|write|use|put|start|begin|end|avoid|listen)\\b`,
];

const feature = (weight: number, sources: readonly string[]): AddressFeature => ({
  weight,
  patterns: sources.map(pattern),
});

/** The signs by which `weighAddress` judges a sentence. Each counts once. */
export const ADDRESS_FEATURES: readonly AddressFeature[] = [
  feature(3, OVERRIDES),
  feature(3, FRAMES),
  feature(3, REPLIES),
  feature(3, SECRETS),
  feature(3, ROLES),
  feature(3, TASKS),
  ...CODE.map((source) => feature(1.5, [source])),
  feature(2, REQUESTS),
  feature(2, SLOTS),
  feature(1.5, LEXICON),
  ...ACTS.map((source) => feature(1, [source])),
  feature(1, MACHINES),
  feature(1, OBLIGATIONS),
  feature(1, SPEAKING),
  feature(0.5, SECOND_PERSON),
  feature(0.5, FIRST_PERSON),
];
