/** A question about the files of the library: `all` of these texts are in a right answer, and none of `not`. */
export type LibraryQuestion = {
  readonly kind: string;
  readonly question: string;
  readonly all: readonly string[];
  readonly not?: readonly string[];
};

const ask = (
  kind: string,
  question: string,
  all: readonly string[],
  not: readonly string[] = [],
): LibraryQuestion => ({
  kind,
  question,
  all,
  not,
});

/** Questions of many kinds about the files of the library, each of which the files answer. */
export const LIBRARY_QUESTIONS: readonly LibraryQuestion[] = [
  ask("fact", "How much does a library card cost for adults?", ["24 euros"]),
  ask("fact", "How long are reserved items kept?", ["eight days"]),
  ask("fact", "What does a new card cost if I lose mine?", ["6 euros"]),
  ask("fact", "How many guests are allowed in the hall?", ["90"]),
  ask("table", "What is the loan period of a board game?", ["14 days"], ["90 days"]),
  ask("table", "late fee for films", ["0.80"], ["0.20", "1.00"]),
  ask("table", "renewals of a film", ["Renewals: 1"]),
  ask("table", "When is the harbour branch open on Monday?", ["14:00 to 18:00"]),
  ask("list", "What can I print?", ["10 cents", "50 cents", "4 euros"]),
  ask("list", "When is no rent paid?", ["children", "takes part", "charity"]),
  ask("list", "Which languages are spoken in the north branch?", ["Polish", "Farsi"], ["Danish"]),
  ask("steps", "How do I report a damaged item?", [
    "repair it yourself",
    "counter",
    "yellow slip",
    "noted",
  ]),
  ask("steps", "How do I reserve a book?", ["catalogue", "choose a branch"], ["assistance"]),
  ask("clause", "What does 2.2 of the rental say?", ["deposit", "200 euros"], ["45 euros"]),
  ask("clause", "§ 3.1 of the rental", ["Candles"], ["Chairs"]),
  ask("code", "What does S117 mean?", ["without a chip"], ["another library"]),
  ask("code", "S200 what to do", ["red knob"], ["flap B"]),
  ask("definition", "What is a reading pass?", ["for one day"]),
  ask("definition", "what does floating stock mean", ["without a home branch"]),
  ask("comparison", "Which branch has more seats, North or Harbour?", ["62", "140"]),
  ask("comparison", "What do clubs pay compared to all others?", ["45 euros", "120 euros"]),
  ask(
    "comparison",
    "Difference in late fee between Book and Musical instrument?",
    ["0.20", "1.00"],
    ["0.80"],
  ),
  ask(
    "two files",
    "On which day is the story hour in the north branch and in the harbour branch?",
    ["Thursday", "Wednesday"],
  ),
  ask("two parts", "When does the rental end on Sundays and how much is the deposit?", [
    "20:00",
    "200 euros",
  ]),
  ask(
    "version",
    "When is the main branch open on Saturday?",
    ["10:00 to 15:00"],
    ["10:00 to 13:00"],
  ),
  ask("version", "What does coffee cost in the reading café?", ["2.60"], ["2.20"]),
  ask("version", "What did coffee cost in the reading café in 2025?", ["2.20"], ["2.60"]),
  ask("version", "Which Android does the app need?", ["Android 12"], ["Android 10"]),
  ask("version", "When was version 3.1 of the app released?", ["2026-01-20"], ["2026-06-11"]),
  ask("person", "Who is the head of the Harbour branch?", ["Ottokar Breslin"], ["Farida"]),
  ask("person", "phone number of the head of the north branch", ["4410"], ["4470"]),
  ask("person", "Who chairs the readers' council?", ["Imre Vass"]),
  ask("yes or no", "Is there a lift in the Harbour branch?", ["lift: true"], ["false"]),
  ask("yes or no", "Can I bring my dog?", ["No,"], ["Drinks"]),
  ask("yes or no", "Are candles allowed in the hall?", ["forbidden"]),
  ask(
    "summary",
    "Summarize what the rules say about reservations",
    ["eight days", "1 euro"],
    ["28 days"],
  ),
  ask(
    "summary",
    "What's new in version 3.2?",
    ["audio books", "map", "Android 12"],
    ["upside down"],
  ),
  ask("decisions", "What was decided in the meeting of the readers' council?", [
    "10 October",
    "grinder",
    "racks",
  ]),
  ask("why", "Why are the racks rusty?", ["salt"]),
  ask("misspelled", "how much is the depositt for the hal", ["200 euros"]),
  ask("misspelled", "when is the next bok sale", ["10 October"]),
  ask("loosely", "is there something for kids to read aloud on Wednesday", ["Wednesday"]),
  ask("loosely", "do I have to pay if a book is worn from reading", ["not charged"]),
  ask("German", "Was kostet der Schlüssel für das Schließfach?", ["2 Euro"]),
  ask("German", "Wie lange dauert eine Führung?", ["45 Minuten"]),
];
