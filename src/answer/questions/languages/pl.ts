import type { QuestionLanguage } from "../question-language.ts";

/** Polish. */
export const POLISH_QUESTIONS: QuestionLanguage = {
  code: "pl",
  script: /\p{Script=Latin}/u,
  isSpaced: true,
  letters: "łąęśźżćń",
  asks: {
    duration: "jak długo|ile czasu|ile trwa|ile trwają|przez ile",
    number:
      "ile|ilu|iloma|jak wysoka|jak wysoki|jak duży|jak duża|jak daleko|jak często|jak szybko|ile kosztuje|ile wynosi|" +
      "jaki procent|jaka liczba|jaka cena|jaka jest cena|jaka kwota",
    time: "kiedy|od kiedy|do kiedy|o której|w którym roku|którym roku|jaki rok|jaka data|w jakim dniu|jakiego dnia|w które dni|w którym wieku",
    person: "kto|kogo|komu|kim|czyj|czyja|czyje",
    place:
      "gdzie|skąd|dokąd|jaki kraj|jakim kraju|którym kraju|jakie miasto|jakim mieście|którym mieście",
    reason: "dlaczego|czemu|z jakiego powodu",
    name: "jak nazywa się|jak się nazywa|który|która|które|którzy|jaki|jaka|jakie|nazwa",
  },
  questionWords: "co|czego|czym|jak|czy|w jaki sposób",
  functionWords:
    "a|aby|albo|ale|bez|by|być|był|była|było|były|ci|co|czy|dla|do|gdy|go|i|ich|im|ja|jak|jako|je|jego|jej|jest|jestem|już|" +
    "każdy|ku|lub|ma|mam|mają|mi|mnie|mój|moja|moje|może|można|my|na|nad|nam|nas|nasz|nie|niż|o|od|on|ona|one|oni|ono|oraz|" +
    "po|pod|przez|przy|są|się|ta|tak|także|te|tego|tej|tem|ten|też|to|tu|ty|tych|tym|u|w|we|wam|was|z|za|ze|że|został|" +
    "została|zostało|zostały",
  framing:
    "muszę|musi|trzeba|można|mogę|może|kosztuje|kosztują|znaczy|oznacza|mówi|dzieje|różnica|między|dokładnie|dozwolone|" +
    "potrzebuję|wyjaśnij|opisz|wymień|kroki|zasady|wynosi",
  times:
    "styczeń|stycznia|styczniu|luty|lutego|lutym|marzec|marca|marcu|kwiecień|kwietnia|kwietniu|maj|maja|maju|czerwiec|" +
    "czerwca|czerwcu|lipiec|lipca|lipcu|sierpień|sierpnia|sierpniu|wrzesień|września|wrześniu|październik*|listopad*|" +
    "grudzień|grudnia|grudniu|wiek|wieku|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela|roku",
  numbers:
    "jeden|jedna|dwa|dwie|trzy|cztery|pięć|sześć|siedem|osiem|dziewięć|dziesięć|jedenaście|dwanaście|dwadzieścia|trzydzieści|" +
    "sto|tysiąc*|milion*|miliard*|połowa|procent",
  durations:
    "sekund*|minut*|godzin*|dzień|dni|dniu|noc|noce|tydzień|tygodni*|miesiąc*|miesięcy|kwartał*|rok|roku|lat|lata|dekad*|" +
    "wiek|wieki|wieków",
  reasons: "ponieważ|bo|gdyż|dlatego|z powodu|aby|dzięki|wskutek|w celu",
  references:
    "też|także|również|on|ona|ono|oni|one|jego|jej|ich|go|ją|nim|nią|nich|nimi|ten|ta|ci|tego|tej|tych|tym|tam|tamten|oba|obie",
  continuations:
    "mam na myśli|chodzi mi o|a|i|ale|albo|więc|tak|nie|a co z|co z|a jeśli|coś jeszcze",
  definitions: "co to jest|co to|co oznacza|co znaczy|definicja|kim jest|kim był|kto to",
  abstentions: {
    silent: "Model nie udzielił odpowiedzi.",
    unsupported: "Źródła nie zawierają odpowiedzi na to pytanie.",
    no_documents:
      "Odpowiadam tylko na podstawie dokumentów: wskaż co najmniej jeden vector store za pomocą narzędzia file_search.",
  },
};
