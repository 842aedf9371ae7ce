import type { QuestionLanguage } from "../question-language.ts";

/** German. "das" and "die" are mostly articles, so they are no references. */
export const GERMAN_QUESTIONS: QuestionLanguage = {
  code: "de",
  script: /\p{Script=Latin}/u,
  isSpaced: true,
  letters: "äöüß",
  asks: {
    duration: "wie lange|wie lang|welche dauer",
    number:
      "wie viel*|wieviel*|wie hoch|wie groß|wie weit|wie oft|wie schnell|wie teuer|wie alt|wie tief|wie breit|wie schwer|" +
      "was kostet|was kosten|welcher preis|welche anzahl|welcher anteil",
    time:
      "wann|seit wann|bis wann|ab wann|welches jahr|welchem jahr|welches datum|welchem datum|welchem jahrhundert|" +
      "welchem monat|welchem tag|welchen tagen|um wie viel uhr|wie spät",
    person: "wer|wem|wen|wessen",
    place:
      "wo|woher|wohin|welches land|welchem land|welche stadt|welcher stadt|welchem ort|welcher region",
    reason: "warum|weshalb|wieso|wozu|aus welchem grund",
    name: "wie heißt|wie heißen|welche|welcher|welches|welchen|welchem|name|namens",
  },
  questionWords:
    "was|wie|womit|wofür|worauf|woran|wovon|worin|worüber|wodurch|wonach|wobei|wogegen|worum|gibt es|darf|kann|muss",
  functionWords:
    "aber|als|am|an|auch|auf|aus|bei|beim|bin|bis|da|das|dass|dem|den|der|des|die|dies|diese|diesem|diesen|dieser|dieses|" +
    "du|durch|ein|eine|einem|einen|einer|eines|er|es|für|gab|gibt|hat|hatte|hatten|haben|ich|ihm|ihr|ihre|ihren|im|in|ist|" +
    "kann|können|man|mein|meine|meinen|mich|mir|mit|nach|noch|nur|ob|oder|sein|seine|sich|sie|sind|so|um|und|uns|unser|" +
    "unsere|unter|vom|von|vor|war|waren|was|wenn|wie|wird|wir|worden|wurde|wurden|werden|zu|zum|zur|über",
  framing:
    "muss|müssen|soll|sollen|darf|dürfen|hoch|viel|viele|lange|oft|bedeutet|heißt|passiert|sagt|kostet|kosten|brauche|" +
    "brauchen|bekomme|bekommt|genau|unterschied|vergleich|zwischen|erkläre|nenne|gilt|gelten|gegenüber|regel|regeln|" +
    "möglich|erlaubt|schritte",
  times:
    "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|jahrhundert|jahrzehnt|montag*|" +
    "dienstag*|mittwoch*|donnerstag*|freitag*|samstag*|sonntag*|täglich|wöchentlich|monatlich|jährlich|uhr",
  numbers:
    "eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|dutzend|zwanzig|dreißig|hundert*|tausend*|million*|" +
    "milliarde*|hälfte|drittel|viertel|einmal|zweimal|prozent",
  durations:
    "sekunde*|minute*|stunde*|tag|tage|tagen|nacht|nächte|woche|wochen|monat|monate|monaten|jahr|jahre|jahren|jahrzehnte*|" +
    "jahrhunderte*",
  reasons: "weil|wegen|aufgrund|damit|denn|deshalb|daher|um zu|führte zu|verursacht*",
  references:
    "auch|ebenfalls|welcher davon|welche davon|er|sie|es|ihn|ihm|ihr|ihre|ihrem|ihren|ihrer|ihres|dessen|deren|davon|dazu|dafür|daran|darüber|damit|darin|dort|dies|" +
    "diese|diesem|diesen|dieser|dieses|jene|jenem|jenen|jener|jenes|solche|solchem|solchen|solcher|beide|beiden",
  continuations:
    "ich meine|ich meinte|und|oder|aber|also|ja|nein|was ist mit|wie ist es mit|wie steht es mit|und wenn|sonst noch|mehr dazu",
  definitions:
    "was ist ein|was ist eine|was ist|was sind|was bedeutet|was bedeuten|was heißt|bedeutung von|definition von|wer ist|wer war|definiere",
  abstentions: {
    silent: "Das Modell hat keine Antwort gegeben.",
    unsupported: "Die Quellen enthalten keine Antwort auf diese Frage.",
    no_documents:
      "Ich antworte nur aus Dokumenten: Nennen Sie mit dem Werkzeug file_search mindestens einen Vector Store.",
  },
};
