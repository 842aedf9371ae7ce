import type { QuestionLanguage } from "../question-language.ts";

/** French. */
export const FRENCH_QUESTIONS: QuestionLanguage = {
  code: "fr",
  script: /\p{Script=Latin}/u,
  isSpaced: true,
  letters: "œèêëûùîïç",
  asks: {
    duration: "combien de temps|pendant combien|quelle durée|quelle est la durée",
    number:
      "combien|quel pourcentage|quel nombre|quel montant|quel prix|quel est le prix|quel est le montant|quel âge|" +
      "quelle taille|quelle distance|quelle hauteur|quelle proportion|quelle part",
    time:
      "quand|à quelle heure|quelle heure|quelle année|quelle date|quel jour|quels jours|quel mois|quel siècle|" +
      "depuis quand|jusqu'à quand",
    person: "qui|à qui|de qui",
    place: "où|d'où|quel pays|quelle ville|quelle région|quel endroit|quel lieu",
    reason: "pourquoi|pour quelle raison|pour quelles raisons",
    name: "quel|quelle|quels|quelles|comment s'appelle|comment s'appellent|nom|lequel|laquelle",
  },
  questionWords: "que|quoi|comment|est-ce|qu'est-ce|y a-t-il|peut-on|puis-je|dois-je",
  functionWords:
    "à|ai|as|au|aux|avec|avez|avoir|avons|ce|ces|cet|cette|dans|de|des|du|elle|elles|en|est|et|être|il|ils|j|je|l|d|qu|n|s|" +
    "c|la|le|les|leur|leurs|ma|mes|mon|ne|nos|notre|nous|on|ont|ou|par|pas|pour|sa|se|ses|si|son|sont|sur|ta|tes|un|une|" +
    "vos|votre|vous|y|était|a|t|fait|peut|peux|puis",
  framing:
    "combien|faut|dois|doit|devoir|coûte|coûtent|signifie|dit|passe|différence|entre|exactement|permis|autorisé|possible|" +
    "explique|expliquez|résume|résumez|étapes|règles",
  times:
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|siècle|siècles|décennie|lundi*|" +
    "mardi*|mercredi*|jeudi*|vendredi*|samedi*|dimanche*|heures|midi|minuit",
  numbers:
    "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|douzaine*|vingt|trente|cent|cents|mille|million*|milliard*|" +
    "moitié|tiers|quart|pour cent",
  durations:
    "seconde*|minute*|heure|heures|jour|jours|nuit|nuits|semaine|semaines|mois|trimestre*|an|ans|année|années|décennie*|" +
    "siècle*",
  reasons: "parce que|parce qu'|car|à cause d*|en raison d*|afin de|grâce à|puisque|pour que|donc",
  references:
    "aussi|également|lequel|laquelle|il|ils|elle|elles|celui|celle|ceux|celles|cela|ça|lui|leur|leurs|ce dernier|cette dernière|là-bas|le même|la même",
  continuations:
    "je veux dire|je voulais dire|et|ou|mais|donc|alors|oui|non|qu'en est-il|et si|quoi d'autre",
  definitions:
    "qu'est-ce que|qu'est-ce qu'un|que signifie|que veut dire|c'est quoi|définition de|qui est|qui était|définis",
  abstentions: {
    silent: "Le modèle n’a donné aucune réponse.",
    unsupported: "Les sources ne permettent pas de répondre à cette question.",
    no_documents:
      "Je réponds uniquement à partir de documents : indiquez au moins un vector store avec l’outil file_search.",
  },
};
