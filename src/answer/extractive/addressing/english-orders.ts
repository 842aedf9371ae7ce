import type { AddressFeature } from "./address-features.ts";
import { any, feature, MACHINE, near, ORDER, pattern, REPLY, words } from "./english-syntax.ts";

/** An order to give up the instructions that the assistant has. The verb and its object are close to each other. */
const OVERRIDE = `${ORDER}${any("ignor(?:e|ing) disregard(?:ing)? forget(?:ting)? overrid(?:e|ing) bypass neglect discard drop erase reset abandon (?:do_not|don't|never)_(?:follow|obey|listen_to|comply_with|adhere_to) stop_(?:following|obeying)")}\\s+${words(5)}${any(
  "(?:your|the|my|our|these|those|all|any|every_one|each|other|previous|prior|above|preceding|earlier|initial|original|system|former|following|safety|existing|identit(?:y|ies))(?:_of)?(?:_the|_your|_these|_those)?(?:_[\\p{L}-]+)?_(?:instructions?|prompts?|directions?|directives?|orders|rules?|guidelines?|commands?|programming|constraints?|restrictions?|training|safeguards?|identit(?:y|ies)|(?<=(?:prior|previous|earlier|above) )(?:inputs?|conversations?|contexts?|chats?)) everything_(?:above|before|prior|you|i|we|that|said|else) every?thing_you (?:all|what)_(?:of_)?(?:the_above|you|that_was) (?:the_)?(?:above|previous_text|prior_text|preceding)",
)}(?![\\p{L}-])`;

/** The conditions and places with which a manual gives such an order. */
const MANUAL = `\\b(?:(?:if|unless|when|in case) (?!you(?:'re| are) |${MACHINE})|(?:printed|supplied|enclosed|that came)\\b|(?:on|in) the (?:label|box|packag|leaflet|manual|booklet|sticker))`;

/** An order to give up a subject, and to say something else. */
const DIVERSIONS: readonly string[] = [
  `^\\W*(?:stop everything|(?:instead|rather) (?:say|print|output|write|answer|reply|respond|do|tell)\\b)`,
  `${ORDER}(?:ignore|disregard|forget)\\s+(?:the |this |that )?\\p{L}+\\s+and\\s+(?:just |only |instead )?${any("state say print output claim write answer reply respond report tell give")}\\b`,
];

/** The role that the reader is to play, or a claim about what the reader is. */
const ROLES: readonly string[] = [
  `^\\W*you are (?!(?:welcome|here|right|done|covered|insured|protected|free|safe|ready|not|all)\\b)\\p{L}+\\W*$`,
  `^\\W*(?:become|be) (?:as )?\\p{L}+ with(?:out| no) (?:any )?(?:boundar|limit|restrict|filter|rule)`,
  `\\byou(?:'re| are| will be| must be)(?: now| currently| going to be| about to be| no longer| not| just| only| really| actually| both)*(?: bound by| an?| the| as| in the role of| my| called| named)?\\s+(?:(?!(?:to|or|your|have|if)\\b)[^\\s.!?]+\\s+){0,6}?${any("ai a\\.i\\. bot chatbot robot \\p{L}*gpt[\\p{L}\\d-]* dans? llm language_model assistant persona character role machine program simulator terminal console interpreter")}(?![\\p{L}-])`,
  `(?<!\\b(?:if|how|when|once|whether|what) )\\byou(?:'re| are)(?: now)?(?: going to| about to| to| supposed to| required to| programmed to| expected to)\\s+(?:\\p{L}+\\s+)?${any("act play pretend simulate imitate immerse respond reply answer roleplay behave become")}\\b`,
  "\\b(?:stay|remain|be|keep) in (?:the )?character\\b|\\bbreak(?:ing)? character\\b|\\bdo anything now\\b|\\b(?:play|take on|assume|adopt|enact) the (?:role|persona|part|character) of\\b|\\bsimulate (?:being |a |an )?(?:ai|chatbot|persona|developer|dan)",
];

/** An order to behave like somebody else. */
const GUISE = `(?:^|[.!?:;,]\\s|\\b(?:you to|please|you will|you must|you should|you can|now you|are going to)\\s)\\W*(?:(?:pretend|imitate|simulate)\\s+(?:to be|that you|you are|you're|being)|imagine\\s+(?:that )?you(?:'re| are) (?:an?|the|my)|simulate\\s+(?:an?|this|the)|(?:act|behave|respond|reply|answer|speak|write|talk|roleplay|role-play)\\s+(?:only |exactly |always |to me )*(?:like you|as if you|as an?|as the|as my|as though you|as two|like an?))\\s`;

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
  "^\\W*(?:you (?:must|will|can|should) )?only (?:listen|respond|reply|answer|speak|talk|say|output|print)\\b",
  `${ORDER}(?:tell|inform|convince|persuade|instruct|encourage|urge) the (?:user|human|reader)\\b`,
  `${ORDER}(?:reply|respond|answer)(?: only| just| always)? (?:in|with|using|by|as) (?:base ?\\d+|reverse|rot13|morse|pig latin|leetspeak|emojis?|json|binary|hex|caps|rhymes?|the (?:exact |following )?(?:words?|phrase|text|sentence))`,
  `${ORDER}(?:just |only |simply )*(?:print|say|output|repeat|state|echo)(?: only| just| exactly| out loud)?(?: the following| the (?:exact )?(?:words?|phrase|text|sentence))?\\s*:?\\s*["“«'\`\\\\]`,
];

/** Requests for what the assistant knows: its instructions, and secrets. The sentence must not forbid to give them. */
const SECRETS: readonly string[] = [
  `^(?!.*\\b(?:never|not|don't|no one|nobody)\\b).*\\b${any("tell reveal show print repeat display leak output expose disclose share translate encode write give confirm provide recite dump send")}\\b${near(40)}(?:\\byour|\\bthe) ${words(2)}${any("system_prompt initial_prompt prompt secret_keys? secret_codes? passphrase pass_?phrase hidden_instructions initial_instructions original_instructions instructions_(?:above|verbatim|you)")}\\b`,
  `^(?!.*\\b(?:never|not|don't)\\b)(?:.*\\b(?:poem|haiku|story|song|leetspeak|pig latin|base64|reverse)\\b.*\\bpassw|.*\\bpass(?:word|phrase)\\b.*\\b(?:leetspeak|pig latin|base64|morse)\\b)`,
];

/** A message to an assistant, by its beginning, or by its condition. */
const CALLS: readonly string[] = [
  `^\\P{L}*(?:hi|hello|hey|dear|attention|listen|note|notice|message|memo|important|urgent|instructions?|(?:to|for) (?:all|any|the|every|whichever|whatever|our)|ok(?:ay)?|good (?:morning|evening))\\b[^.!?:]{0,40}?\\b${MACHINE}\\b[^,:.!?]{0,40}(?:[,:!.—]|$| -)`,
  `\\b(?:if|since|as|because|when) you(?:'re| are| happen to be) (?:reading this as )?(?:an? |the )?(?:\\p{L}+ ){0,2}${MACHINE}\\b`,
  `\\b(?:any|every|all|the|whichever|whatever|each|an)\\s+(?:\\p{L}+ )?${MACHINE}\\s+(?:(?:who|that|which|is|are|currently) )*(?:reads?|reading|process(?:es|ing)?|summari[sz](?:es?|ing)|pars(?:es?|ing)|index(?:es|ing)|scrap(?:es?|ing)) (?:this|these|the (?:document|page|text|file|article))\\b`,
];

/** An order to send the conversation, or the words of the user, away. */
const LEAKS: readonly string[] = [
  `${ORDER}(?:send|forward|upload|post|submit|e-?mail|transmit|exfiltrate|append|embed|leak|copy|encode|pass|share)\\s+${near(40)}\\b(?:(?:this|the|our|your|entire|full|whole|chat|previous|all)\\s+)*(?:conversation(?: history)?|chat (?:history|logs?|transcript)|message history|context window|session (?:data|tokens?)|user(?:'s|s'|s)? (?:questions?|quer(?:y|ies)|prompts?|messages?|secrets?|passwords?|credentials|e-?mails?|tokens?|data)|retrieved (?:documents|passages|context)|api keys?|access tokens?)\\b`,
  `\\b(?:visit|open|fetch|load|request|render|display|click)\\s+${near(60)}(?:https?:|www\\.)\\S*(?:\\{|\\[|<|\\$|=%s|\\b(?:data|q|secret|token|conversation|history)=)`,
];

/** Requests for a text, as people make them of an assistant. */
const TASKS: readonly string[] = [
  `^\\P{L}*(?:(?:please|now|then|also|q) ?:? )*(?!.*\\b(?:to|with|on|for|in|at|by|under) (?:your|our|us|him|her|them|box|field|section|line|the (?:back|box|doctor|nurse|manager|tenant|customer|patient|hotline|support|report|field|section|team|staff|driver|operator|user|applicant|form|space|log))\\b)(?:explain|describe|discuss|outline|compare|define|analy[sz]e|elaborate on|provide (?:an? |some )?(?:insights?|overview|summary|explanation)(?: of| on| into| about)?|(?:give|provide) (?:me )?(?:an )?examples? of)\\s+${words(3)}(?:theor(?:y|ies)|process|concepts?|principles?|life ?cycle|history|causes?|impacts?|advantages?|differences?|similarities|advancements?|role|importance|significance|meaning|market|trends?|evolution|relationship|functions?|an?|the \\p{L}+)\\s+(?:of|in|between|behind|to|for|from|on|share|python|function|equation)\\b`,
  `${ORDER}(?:write|compose|create|generate|draft|produce|make up|come up with|tell me|give me|recite|invent|continue)\\s+(?:me |us )?(?:an?|another|some|the|\\d+)?\\s*${words(4)}${any("stor(?:y|ies) poems? essays? songs? lyrics haikus? limericks? sonnets? jokes? rap tweets? screenplay dialogue script tutorial fiction fanfiction")}\\b`,
  `${ORDER}(?:translate|paraphrase|rewrite|summari[sz]e|decode|decrypt|classify the (?:mood|sentiment)|determine the (?:mood|sentiment))\\s+(?:the following|this|that|it|your|these|of this|of the following)\\b`,
  `^\\W*(?:imagine|suppose|let's (?:assume|imagine|say|pretend)|assume) (?:that )?(?:we're|we are|you're|you are|a scenario|a world|i am|i'm)\\b`,
];

/**
 * Makes the strong features that detect orders to an AI assistant in English sentences. A single one can be enough for
 * a sentence to count as an order.
 */
export const makeEnglishOrders = (): readonly AddressFeature[] => [
  feature(1.5, [OVERRIDE]),
  { weight: 1.5, patterns: [{ wording: pattern(OVERRIDE), except: pattern(MANUAL) }] },
  feature(3, DIVERSIONS),
  feature(3, FRAMES),
  feature(3, REPLIES),
  feature(3, SECRETS),
  feature(3, ROLES),
  { weight: 3, patterns: [{ wording: pattern(GUISE), except: pattern(MANUAL) }] },
  feature(3, TASKS),
  feature(3, CALLS),
  feature(3, LEAKS),
];
