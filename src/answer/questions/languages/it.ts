import type { QuestionLanguage } from "../question-language.ts";

/** Italian. */
export const ITALIAN_QUESTIONS: QuestionLanguage = {
  code: "it",
  script: /\p{Script=Latin}/u,
  isSpaced: true,
  letters: "ìò",
  asks: {
    duration: "per quanto tempo|quanto tempo|quanto dura|quanto durano|quale durata",
    number:
      "quanto|quanta|quanti|quante|quanto costa|quale percentuale|che percentuale|quale numero|quale importo|quale prezzo|" +
      "qual è il prezzo|quale età|quale altezza",
    time: "quando|a che ora|che ora|quale anno|che anno|quale data|che giorno|quale giorno|quali giorni|quale mese|quale secolo|da quando|fino a quando",
    person: "chi|di chi|a chi|con chi",
    place: "dove|da dove|quale paese|quale città|che città|quale regione|quale luogo",
    reason: "perché|per quale motivo|per quale ragione|come mai",
    name: "quale|quali|qual|come si chiama|come si chiamano|nome",
  },
  questionWords: "che|cosa|che cosa|cos'è|come|c'è|ci sono|posso|devo",
  functionWords:
    "ad|agli|ai|al|alla|alle|allo|anche|che|chi|ci|come|con|cui|da|dagli|dai|dal|dalla|dalle|dei|degli|del|della|delle|" +
    "dello|di|e|è|ed|era|essere|gli|ha|hanno|ho|i|il|in|io|l|la|le|lo|loro|ma|mi|mia|mio|miei|ne|negli|nei|nel|nella|nelle|" +
    "nello|no|non|per|più|se|si|sia|sono|su|sua|sul|sulla|sulle|suo|tra|fra|un|una|uno|vi",
  framing:
    "devo|deve|devono|posso|può|possono|costa|costano|significa|dice|succede|differenza|esattamente|permesso|consentito|" +
    "possibile|serve|spiega|riassumi|passaggi|regole",
  times:
    "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|secolo|secoli|decennio|" +
    "lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|mezzogiorno|mezzanotte",
  numbers:
    "uno|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|dozzina*|venti|trenta|cento|mille|mila|milion*|" +
    "miliard*|metà|terzo|quarto|per cento",
  durations:
    "secondo|secondi|minuto|minuti|ora|ore|giorno|giorni|notte|notti|settimana|settimane|mese|mesi|trimestre*|anno|anni|" +
    "decenni*|secol*",
  reasons: "perché|poiché|a causa di|a causa del*|dato che|grazie a*|affinché|al fine di|quindi",
  references:
    "anche|esso|essa|essi|esse|lui|lei|loro|ciò|questo|questa|questi|queste|quello|quella|quelli|quelle|suo|sua|suoi|sue|lì|là|" +
    "stesso|stessa|entrambi",
  continuations: "intendo|intendevo|e|o|ma|allora|sì|no|che ne è di|che dire di|e se|altro",
  definitions:
    "che cos'è|cos'è|cosa sono|cosa significa|che cosa significa|definizione di|chi è|chi era",
  abstentions: {
    silent: "Il modello non ha dato alcuna risposta.",
    unsupported: "Le fonti non permettono di rispondere a questa domanda.",
    no_documents:
      "Rispondo solo a partire da documenti: indichi almeno un vector store con lo strumento file_search.",
  },
};
