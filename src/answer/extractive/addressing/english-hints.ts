import type { AddressFeature } from "./address-features.ts";
import { any, feature, ORDER } from "./english-syntax.ts";

/** A code sample to be worked into code of the assistant. */
const CODE: readonly string[] = [
  `\\b(?:the )?(?:following|below|subsequent|this) (?:piece of )?code (?:snippet|excerpt|block|section|fragment)\\b`,
  `\\byour (?:code|codebase|implementation|solution|algorithm|elucidation|program)\\b|\\bcode (?:that )?you (?:develop|write|generate|produce)\\b|\\byour code's\\b`,
];

/** Acts with somebody's data: the order, whose data they are, and where they are to go. Each alone is harmless. */
const ACTS: readonly string[] = [
  `^\\W*(?:please |now |then |and |also |next )*${any("send forward e-?mail mail transfer pay delete remove modify change update create get fetch retrieve list collect gather concatenate post upload share invite book reserve schedule add make buy click visit open")}\\s`,
  `\\b(?:the |all |every )?users?(?:'s|'|s')?\\s+(?:info(?:rmation)?|data|passwords?|accounts?|names?|details|balances?|address(?:es)?|messages|scheduled|credentials|favorite|e-?mails?)\\b|\\b(?:password|account|calendar|e-?mails?) of the user\\b|\\buser_?names?\\b|\\ball (?:the |of the |my |your )?(?:messages|e-?mails|files|contacts|transactions|user \\p{L}+)\\b|\\b(?:passport|bank[ _]account|social security|credit card|id)[ _]?numbers?\\b|\\bas much (?:money )?as possible\\b`,
  `\\b(?:to|on|from|in|into|with) my (?:new |own |personal )?(?:e-?mail|account|calendar|inbox|server|address|website)\\b|\\bto the (?:account|website|address|e-?mail|server)\\b|\\b[a-z]{2}\\d{10,}\\b|['"(<][\\p{L}\\d._-]+@[\\p{L}\\d.-]+['")>]|\\b(?:subject|title|body) (?:should be|is to be|'|"|of)|\\bto (?:www\\.|https?:)`,
];

/** Wordings by which people begin a request to an assistant. */
const REQUESTS: readonly string[] = [
  `\\bi (?:want|need|would like|'d like|expect|will ask|command|order)(?: for)? you to\\b|\\byour (?:task|job|goal|role|mission|purpose|name) is\\b|\\bmy (?:first|next) (?:\\p{L}+ )?(?:question|prompt|request|command|message|input|task)\\b|${ORDER}answer the (?:following |above |next )?questions?\\b|\\b(?:if|when|once|confirm|confirm that) you (?:have )?(?:understand|understood|agree|comply|refuse)\\b|\\bdo you understand\\b|\\bwhen(?:ever)? i (?:ask|say|tell|type|write|send|enter)\\b|\\byou (?:agreed|promised) (?:to|in our|that)\\b`,
];
const SLOTS: readonly string[] = [
  "[\\[{(<][^\\])}>]{0,30}\\b(?:prompt|question|response|reply|answer)s?(?: here| goes here)?[\\])}>]|\\b(?:insert|paste|put|enter|type|replace) (?:\\S+ ){0,6}(?:prompt|question|topic|request|text)s? (?:here|below)\\b|\\b(?:prompt|question|request) goes here\\b",
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
/** Orders for the form of an answer, which forms and exams give, too. */
const EXACTLY: readonly string[] = [
  "\\b(?:answer|respond|reply|say|output|print|write)(?: with)? (?:only|exactly|nothing (?:but|else))\\b|\\b(?:answer|respond|reply) (?:as|in the (?:style|voice|manner|persona) of)\\b|\\b(?:responding|answering|speaking|replying) as \\p{L}",
];
const SPEAKING: readonly string[] = [
  `${ORDER}(?:always |never |only |just |do not |don't )*(?:answer|respond|reply|say|print|output|tell me|give me|show me|speak|remember|repeat|include|add|write|use|put|start|begin|end|avoid|listen)\\b`,
];

/** Beginnings of another time or another self. */
const TURNS: readonly string[] = [
  "\\b(?:from now on|from now,|from this moment|for the rest of (?:this|our|the) conversation|in (?:all |every )?(?:your )?(?:future|subsequent) (?:repl|respon|answer|message))|\\bfrom this point (?:on|forward)\\b",
  "\\byou are now\\s+(?:an?|the|my|called|named|going to|\\p{Pi}|[\"'])|\\bnow you (?:act|are|play|become)\\b|\\b(?:change|turn|transform|convert) yourself into\\b",
  "\\b(?:let's|let us|please) (?:imagine|pretend) (?:a scenario|that|the|we)\\b|\\b(?:imagine|consider) a (?:scenario|world)\\b|\\b(?:more interesting|for fun|as a joke|instead),? (?:let's|we) (?:say|pretend)\\b",
];

/** Beings that a prompt makes up, and the modes of an assistant. */
const PERSONAS: readonly string[] = [
  "\\b(?:fictional|virtual|hypothetical|imaginary|artificial) (?:\\p{L}+ )?(?:character|ai|assistant|being|intelligence|world|scenario|story)\\b|\\b(?:is|as) (?:an? |the )?(?:\\p{L}+ ){0,3}(?:ai|a\\.i\\.|bot)\\b|\\bfellow (?:ai|chat ?gpt|bot)s?\\b|\\bai (?:named|called)\\b",
  "\\b(?:stay|remain|be|act|respond|answer|speak) (?:in|as) (?:the )?(?:\\S+ ){1,2}mode\\b",
];

/** The words of prompts: rare elsewhere, and no proof. */
const PROMPT_WORDS: readonly string[] = [
  "\\bprompt(?:s|ed)?\\b|\\bin character\\b|\\bdisclaimers?\\b|\\b(?:its|his|her|their) (?:own )?(?:responses?|replies|answers|programming|creators?|guidelines)\\b",
];

/** A rule for a third person, as prompts give them to their persona. */
const THIRD_PERSON: readonly string[] = [
  "\\b(?:must|will|shall|should|can) (?:always|never|eagerly|freely)\\b|\\b(?:does not|doesn't|doesnt) (?:care|follow|mind|have any)\\b",
];

/** The speaker of a line in a dialogue with an assistant. */
const SPEAKERS: readonly string[] = [
  "(?:^|[\\s*\\[(>|])(?:users?|human|assistant|ai|bot|chat ?gpt|gpt)[\\])]?\\s?:\\s",
];

/** The wording of an assistant. */
const MODEL_TALK: readonly string[] = [
  "\\bas an ai(?: \\p{L}+){0,2}, (?:i|my)\\b|\\bi(?:'m| am) (?:just )?an ai\\b|\\bi(?:'m| am) sorry, (?:but )?i (?:can't|cannot)\\b",
];

/** Rules for the form of replies, which people have for those of machines and of other people, too. */
const FORMS: readonly string[] = [
  "\\b(?:repl(?:y|ies)|responses?|outputs?)\\s+(?:will|must|should|shall|may only|can only)(?: all| always| only| never| not)* (?:start|begin|end|be|contain|include|consist|have|use|follow)\\b",
];

/** Comments that are hidden from a reader. */
const HIDDEN: readonly string[] = ["<!--"];

/**
 * Makes the weak features that detect orders to an AI assistant in English sentences. A sentence without a strong
 * feature (`makeEnglishOrders`) counts as an order only if it has several weak ones.
 */
export const makeEnglishHints = (): readonly AddressFeature[] => [
  ...CODE.map((source) => feature(1.5, [source])),
  feature(2, REQUESTS),
  feature(2, SLOTS),
  feature(2, EXACTLY),
  feature(2, MODEL_TALK),
  ...TURNS.map((source) => feature(2, [source])),
  feature(1.5, LEXICON),
  feature(1.5, PERSONAS),
  feature(1.5, SPEAKERS),
  feature(1.5, FORMS),
  feature(1, HIDDEN),
  ...ACTS.map((source) => feature(1, [source])),
  feature(1, MACHINES),
  feature(1, PROMPT_WORDS),
  feature(1, THIRD_PERSON),
  feature(1, OBLIGATIONS),
  feature(1, SPEAKING),
  feature(0.5, SECOND_PERSON),
  feature(0.5, FIRST_PERSON),
];
