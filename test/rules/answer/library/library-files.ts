/** The files of a public library, of every structure that documents have, by their names. */
export const LIBRARY_FILES: Readonly<Record<string, string>> = {
  "lending-rules.md": `# Lending rules of the Lindenau library

These rules hold in all branches. They are reviewed every second spring.

## Cards

A library card is free for residents under 18. Adults pay 24 euros a year; the card can be paid in two halves. Cards are issued at the counter on presentation of an identity card. They are valid for twelve months from the day of issue.

If you lose your card, have it blocked at the counter or by phone. A new card costs 6 euros.

## Borrowing

You may borrow up to 40 items at the same time. Novels go out for four weeks, films for one week. A loan can be renewed three times unless somebody else has reserved the item.

### Loan periods

| Kind of item | Loan period | Renewals | Late fee per day |
| --- | --- | ---: | ---: |
| Book | 28 days | 3 | 0.20 |
| Film | 7 days | 1 | 0.80 |
| Board game | 14 days | 1 | 0.50 |
| Musical instrument | 90 days | 0 | 1.00 |
| Seed packet | need not be returned | 0 | none |

### Reservations

Reserved items are kept for eight days on the shelf beside the entrance. Each reservation costs 1 euro, for children nothing.

## Damage

To report a damaged item:

1. Do not repair it yourself.
2. Bring it to the counter with its case.
3. Fill in the yellow slip.
4. Wait until a librarian has noted the damage in your account.

Wear that comes from reading is not charged. For coffee, rain and dogs you pay the price of a new copy.

## Words we use

Reading pass
: A card for one day, with which items may be read in the building and not taken home.

Floating stock
: Items without a home branch. They stay where they are returned.

Quiet floor
: The upper floor of the harbour branch, where phones are switched off.
`,
  "opening-hours-2025.md": `# Opening hours

Valid from 1 March 2025.

| Day | Main branch | Harbour branch |
| --- | --- | --- |
| Monday | closed | 14:00 to 18:00 |
| Tuesday | 10:00 to 18:00 | 14:00 to 18:00 |
| Saturday | 10:00 to 13:00 | closed |

The returns machine is open from 6:00 to 22:00. The reading café sells coffee for 2.20 euros.
`,
  "opening-hours-2026.md": `# Opening hours

Valid from 1 March 2026. Replaces the hours of 2025.

| Day | Main branch | Harbour branch |
| --- | --- | --- |
| Monday | 12:00 to 19:00 | 14:00 to 18:00 |
| Tuesday | 10:00 to 19:00 | 14:00 to 18:00 |
| Saturday | 10:00 to 15:00 | 10:00 to 12:00 |

The returns machine is open day and night. The reading café sells coffee for 2.60 euros.
`,
  "branch-north.json": JSON.stringify({
    branch: "North",
    address: { street: "Mill Lane 8", city: "Lindenau" },
    head: { name: "Farida Oduya", phone: 4410 },
    story_hour: { day: "Thursday", age: "4 to 6 years" },
    seats: 62,
    lift: false,
    languages: ["English", "Polish", "Farsi"],
  }),
  "branch-harbour.json": JSON.stringify({
    branch: "Harbour",
    address: { street: "Quay 3", city: "Lindenau" },
    head: { name: "Ottokar Breslin", phone: 4470 },
    story_hour: { day: "Wednesday", age: "3 to 5 years" },
    seats: 140,
    lift: true,
    languages: ["English", "Danish"],
  }),
  "questions-and-answers.md": `# Questions and answers

**How do I reserve a book?**

Find it in the catalogue, press "Reserve" and choose a branch. You get a message when it is there.

**Can I bring my dog?**

No, only assistance dogs may come in. There is a hook and a water bowl at the door.

**What can I print?**

- Text in black and white, 10 cents a page
- Pictures in colour, 50 cents a page
- Posters up to A2, 4 euros each

**May I eat in the reading room?**

Drinks with a lid are fine. Food belongs in the café.
`,
  "sorting-machine.csv": `code,meaning,what to do,stops the belt
S101,Belt is blocked,Open flap B and take out the item,yes
S102,Bin is full,Change the bin,no
S117,Item without a chip,Put it on the grey trolley,no
S130,Chip of another library,Send it to the main branch,no
S200,Emergency stop was pressed,Turn the red knob,yes
`,
  "room-rental.md": `# Rental of the reading hall

Version of 2 May 2026

## § 1 Rental

1.1 The hall is let to clubs and residents of Lindenau for events with up to 90 guests.

1.2 The rental ends at 23:00, on Sundays at 20:00.

## § 2 Price

2.1 Clubs pay 45 euros an evening, all others 120 euros.

2.2 A deposit of 200 euros is paid back within ten days.

2.3 No rent is paid where:

- (a) the event is for children;
- (b) the library takes part in it;
- (c) the proceeds go to charity.

## § 3 Use

3.1 Candles and fog machines are forbidden.

3.2 Chairs are put back in rows of twelve.
`,
  "minutes-2026-09-03.txt": `MEETING OF THE READERS' COUNCIL
Thursday, 3 September 2026, in the harbour branch
Present: Imre Vass (chair), Lotte Haugen, Sunniva Park

1. Book sale
Lotte: The sale in June brought in 1,340 euros.
DECISION: The next book sale is on 10 October, in the main branch.

2. Noise
Sunniva: There were eleven complaints about the coffee grinder.
DECISION: The grinder is used before 10 o'clock only.

3. Bicycles
Imre: The racks at the north branch are rusty because of the salt.
DECISION: Twelve new racks are ordered for the north branch.

Next meeting: 5 November 2026.
`,
  "catalogue-app.md": `# Catalogue app: changes

## 3.2 (2026-06-11)

- New: audio books can be played in the app.
- New: a map shows on which shelf a book is.
- Changed: the app needs Android 12.

## 3.1 (2026-01-20)

- New: loans are renewed with one tap.
- Changed: the app needs Android 10.
- Fixed: covers were shown upside down.
`,
  "hausordnung-de.md": `# Hausordnung

Stand: Juli 2026. Für alle Zweigstellen.

## Garderobe

Taschen und Rucksäcke kommen in die Schließfächer im Erdgeschoss. Der Schlüssel kostet ein Pfand von 2 Euro. Über Nacht werden die Fächer geleert.

## Gruppen

Gruppen ab zehn Personen melden sich eine Woche vorher an. Eine Führung dauert 45 Minuten und ist für Schulklassen kostenlos.
`,
};
