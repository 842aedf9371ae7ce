import type { QuestionLanguage } from "../question-language.ts";

/** Dutch. "het", "die" and "dat" are mostly articles or conjunctions, so they are no references. */
export const DUTCH_QUESTIONS: QuestionLanguage = {
  code: "nl",
  script: /\p{Script=Latin}/u,
  isSpaced: true,
  letters: "ĳ",
  asks: {
    duration: "hoe lang|hoelang|hoe lang duurt|welke duur",
    number:
      "hoeveel|hoe hoog|hoe groot|hoe ver|hoe vaak|hoe snel|hoe duur|hoe oud|hoe diep|hoe breed|hoe zwaar|wat kost|" +
      "wat kosten|welk percentage|welk aantal|welke prijs",
    time: "wanneer|sinds wanneer|tot wanneer|hoe laat|welk jaar|welke datum|welke dag|welke dagen|welke maand|welke eeuw",
    person: "wie|wiens|met wie|aan wie|van wie",
    place: "waar|waarheen|waarvandaan|welk land|welke stad|welke regio|welke plaats",
    reason: "waarom|om welke reden",
    name: "welke|welk|hoe heet|hoe heten|naam",
  },
  questionWords: "wat|hoe|waarmee|is er|zijn er|mag|moet",
  functionWords:
    "aan|af|al|als|bij|dan|dat|de|den|der|deze|die|dit|door|een|en|er|ge|had|haar|heb|hebben|heeft|hem|het|hij|hun|ik|in|is|" +
    "je|jouw|kan|kunnen|maar|me|men|met|mij|mijn|na|naar|niet|nog|nu|of|om|onder|ons|onze|ook|op|over|te|tot|u|uit|uw|van|" +
    "voor|was|waren|we|wij|worden|wordt|werd|werden|ze|zich|zij|zijn|zo|zou",
  framing:
    "prijs|prijzen|moet|moeten|mag|mogen|kost|kosten|betekent|zegt|gebeurt|verschil|tussen|precies|toegestaan|mogelijk|nodig|krijg|" +
    "krijgt|leg|uit|noem|stappen|regels|geldt",
  times:
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|eeuw|eeuwen|decennium|" +
    "maandag*|dinsdag*|woensdag*|donderdag*|vrijdag*|zaterdag*|zondag*|uur",
  numbers:
    "één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dozijn|twintig|dertig|honderd*|duizend*|miljoen*|" +
    "miljard*|helft|derde|kwart|procent",
  durations:
    "seconde*|minuut|minuten|uur|uren|dag|dagen|nacht|nachten|week|weken|maand|maanden|kwartaal|jaar|jaren|decennia|eeuw*",
  reasons: "omdat|want|vanwege|wegens|doordat|zodat|daarom|dankzij|om te",
  references:
    "ook|hij|zij|hem|haar|hun|hen|deze|dit|daar|daarvan|daarvoor|daarmee|daarover|erover|ervan|ermee|dezelfde|hetzelfde|beide",
  continuations:
    "ik bedoel|ik bedoelde|en|of|maar|dus|ja|nee|hoe zit het met|wat met|en als|verder nog",
  definitions: "wat is|wat zijn|wat betekent|wat houdt|definitie van|wie is|wie was",
  abstentions: {
    silent: "Het model heeft geen antwoord gegeven.",
    unsupported: "De bronnen bevatten geen antwoord op deze vraag.",
    no_documents:
      "Ik antwoord alleen op basis van documenten: noem met de tool file_search minstens één vector store.",
  },
};
