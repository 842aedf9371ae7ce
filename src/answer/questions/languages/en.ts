import type { QuestionLanguage } from "../question-language.ts";

/** English. */
export const ENGLISH_QUESTIONS: QuestionLanguage = {
  code: "en",
  script: /\p{Script=Latin}/u,
  isSpaced: true,
  letters: "",
  asks: {
    duration: "how long|what duration",
    number:
      "how many|how much|how old|how far|how high|how tall|how large|how big|how often|how fast|how deep|how wide|" +
      "how heavy|how expensive|what percent*|what proportion|what fraction|what number|what amount|what population|" +
      "what age|what size|what speed|what price|what temperature|population of|number of",
    time:
      "when|what year|which year|what date|which date|what day|which day|on which days|what month|which month|" +
      "what decade|which decade|what century|which century|what period|which period|what era|which era|what time|which time",
    person: "who|whom|whose|who's",
    place:
      "where|what country|which country|what countries|which countries|what city|which city|what cities|which cities|" +
      "what state|which state|what region|which region|what place|which place|what location|which location|what county|" +
      "which county|what town|which town|what river|which river|what island|which island|what continent|which continent|" +
      "what area|which area",
    reason: "why|what caused|what causes|what reason|how come",
    name: "name|names|called|title|term|which|known as",
  },
  questionWords: "what|what's|how|is there|are there",
  functionWords:
    "a|about|after|all|also|am|an|and|any|are|as|at|be|because|been|before|being|but|by|can|could|did|do|does|doing|" +
    "during|each|for|from|had|has|have|having|he|her|hers|him|his|how|i|if|in|into|is|it|its|itself|just|me|more|most|" +
    "my|no|nor|not|of|off|on|once|only|or|other|our|out|over|own|same|she|should|so|some|such|than|that|the|their|them|" +
    "then|there|these|they|this|those|through|to|too|under|up|us|very|was|we|were|what|when|where|which|while|who|whom|" +
    "whose|why|will|with|would|you|your",
  framing:
    "many|much|long|often|far|mean|means|meant|meaning|say|says|said|tell|happen|happens|happened|need|needs|needed|want|" +
    "wants|must|may|might|allowed|able|get|gets|got|take|takes|took|make|makes|made|give|gives|given|cost|costs|price|" +
    "explain|describe|summarise|summarize|list|name|names|called|known|difference|different|differ|compare|compared|" +
    "comparison|versus|vs|between|kind|kinds|type|types|sort|example|examples|way|ways|thing|things|please|let|know|" +
    "exactly|find|currently|still|already|main|point|points|step|steps|rules|rule|details|information|regulated|section|" +
    "clause|paragraph|does|maximum|minimum|overview",
  times:
    "january|february|march|april|june|july|august|september|october|november|december|century|centuries|decade|" +
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|daily|weekly|monthly|yearly|spring|summer|autumn|winter|" +
    "noon|midnight|o'clock",
  numbers:
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|dozens|twenty|thirty|forty|fifty|hundred|" +
    "hundreds|thousand|thousands|million|millions|billion|billions|half|third|quarter|once|twice|percent",
  durations:
    "second|seconds|minute|minutes|hour|hours|day|days|night|nights|week|weeks|month|months|quarter|year|years|decade|" +
    "decades|century|centuries",
  reasons:
    "because|due to|since|in order to|so that|therefore|thus|as a result|result in|results in|resulted in|result from|" +
    "result of|caused|cause|causes|led to|to avoid",
  references:
    "it|its|they|them|their|theirs|this|that|those|these|he|him|his|she|her|hers|there|ones|such|same|others|else|another|" +
    "former|latter|above|both|also|as well|the other|which one|which is more|which is better|what else|if any|there are any|there is any",
  continuations:
    "and|or|but|so|then|also|what about|how about|what if|no|yes|ok|okay|besides|other than|which one|why not|what else|" +
    "anything else|tell me more|go on|more|i mean|i meant|oops",
  definitions:
    "what does|what do|what is|what are|what's|what exactly|meaning of|definition of|define|who is|who was|who's|who were|explain the term",
  abstentions: {
    silent: "The model gave no answer.",
    unsupported: "The sources do not support an answer to this question.",
    no_documents:
      "I answer from documents only: name at least one vector store with the file_search tool.",
  },
};
