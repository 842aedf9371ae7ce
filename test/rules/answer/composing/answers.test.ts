import { describe, expect, it } from "vitest";

import { ask } from "../ask-files.ts";

const PLANS =
  "# Plans\n\n| Plan | Price | Seats |\n| --- | --- | --- |\n| Solo | 9 EUR | 1 |\n| Team | 99 EUR | 20 |\n";
const LIST =
  "# Repairs\n\nTo repair a pump:\n\n1. Close the valve.\n2. Drain the pump.\n3. Change the seal.\n\nA seal costs little.\n";

const toRow = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;

describe("what is shown of a unit", () => {
  it("is a row with the names of its columns, and its quote is the row as it is", () => {
    const { said, sentences, files } = ask("What is the price of the plan Team?", {
      "plans.md": PLANS,
    });

    expect(said).toBe("Plan: Team; Price: 99 EUR; Seats: 20");
    expect(sentences.flatMap(({ citations }) => citations.map(({ quote }) => quote))).toEqual([
      "| Team | 99 EUR | 20 |",
    ]);
    for (const { quote, sourceStart, sourceEnd } of sentences.flatMap((one) => one.citations)) {
      expect(files["plans.md"]?.slice(sourceStart, sourceEnd)).toBe(quote);
    }
  });

  it("is all steps of a procedure, with the sentence that introduces them", () => {
    expect(ask("How do I repair a pump?", { "repairs.md": LIST }).said.split("\n")).toEqual([
      "To repair a pump:",
      "1. Close the valve.",
      "2. Drain the pump.",
      "3. Change the seal.",
    ]);
  });

  it("is the answer to one question and not the next one's", () => {
    const faq =
      "**May I bring a dog?**\n\nNo, dogs stay outside.\n\n**May I bring a drink?**\n\nDrinks need a lid.\n";

    expect(ask("May I bring a dog?", { "faq.md": faq }).said).toBe("No, dogs stay outside.");
  });

  it("is a member with the one that says which object it is of", () => {
    const members = "depot: Ghent\nmanager.name: Pieter Ott\nmanager.phone: 510";

    expect(
      ask("What is the phone of the manager in Ghent?", { "ghent.json": members }, "json").said,
    ).toBe("depot: Ghent; manager phone: 510");
  });

  it("is a sentence with the one before it, if it points back", () => {
    const text =
      "The ombudswoman is Greetje Somers. She passes on complaints about the law without names.";
    const { said } = ask("Who passes on complaints about the law?", { "a.md": text });

    expect(said).toContain("Greetje Somers");
  });
});

describe("a sentence that points back", () => {
  const MILL = "The old mill stands at Norton. It was bought by Ada Weston. Ben sells flour there.";

  it("has the words of the sentence before it, and is quoted with it", () => {
    const { said } = ask("Who bought the old mill at Norton?", { "a.md": MILL });
    expect(said).toBe("The old mill stands at Norton.\nIt was bought by Ada Weston.");
  });

  it.each([
    ["has no answer yet", "Where is the old mill?", MILL, "Norton"],
    [
      "has an answer",
      "Who bought the tower of Brill?",
      "Ada bought the tower of Brill. It is high.",
      "Ada",
    ],
  ])("follows one that %s", (_name, question, text, has) => {
    expect(ask(question, { "a.md": text }).said).toContain(has);
  });
});

describe("the evidence that is chosen", () => {
  it.each([
    ["Which has more seats, the plan Solo or the plan Team?", ["Solo", "Team"]],
    ["What is the difference in price between Solo and Team?", ["9 EUR", "99 EUR"]],
  ])("is one unit for each thing that is compared: %s", (question, values) => {
    const { said, sentences } = ask(question, { "plans.md": PLANS });

    expect(sentences).toHaveLength(2);
    for (const value of values) expect(said).toContain(value);
  });

  it("is one unit for each of two questions, also of two files", () => {
    const files = {
      "plans.md": PLANS,
      "office.md": "# Office\n\nThe office is open from 9:00 to 17:00.",
    };
    const { said } = ask("What is the price of the plan Team and when is the office open?", files);

    expect(said).toContain("99 EUR");
    expect(said).toContain("9:00 to 17:00");
  });

  const VERSIONS = {
    "fees-2025.md": "# Fees\n\nValid from 1 January 2025.\n\nThe fee for parking is 5 euros.",
    "fees-2026.md": "# Fees\n\nValid from 1 January 2026.\n\nThe fee for parking is 6 euros.",
    "fees-2027.md": "# Fees\n\nValid from 1 January 2027.\n\nThe fee for parking is 7 euros.",
  };

  it.each([
    ["What is the fee for parking?", "The fee for parking is 6 euros (2026-01-01)"],
    ["What was the fee for parking in 2025?", "The fee for parking is 5 euros."],
    ["What will the fee for parking be in 2027?", "The fee for parking is 7 euros."],
  ])("is the version in force, or of the year that is asked for: %s", (question, value) => {
    const { said } = ask(question, VERSIONS);

    expect(said).toContain(value);
    expect(said.match(/parking is/g)).toHaveLength(1);
  });

  it("is what a number names, and nothing if no part has it", () => {
    const clauses =
      "# Lease\n\n4.2 The rent is due on the fifth.\n\n4.3 The rent includes water.\n";

    expect(ask("What does clause 4.3 say about the rent?", { "lease.md": clauses }).said).toBe(
      "4.3 The rent includes water.",
    );
    expect(ask("What does clause 4.7 say about the rent?", { "lease.md": clauses }).abstained).toBe(
      true,
    );
  });

  const STEPS =
    "# Steps\n\n5. Open the valve\n9. Close the valve\n\n## Notes\n\n- Wait 9 minutes.\n";

  it.each([
    ["What does step 5 say?", "Steps: 5. Open the valve"],
    ["What is step 9?", "Steps: 9. Close the valve"],
    ["What does clause 9 say?", "9. Close the valve"],
    ["Was sagt Schritt 9?", "9. Close the valve"],
    ["How do I close the valve?", "5. Open the valve\n9. Close the valve"],
  ])("is an item of a list with its number, in the quote, too: %s", (question, words) => {
    const { said, sentences } = ask(question, { "steps.md": STEPS });
    const quotes = sentences.flatMap(({ citations }) => citations.map(({ quote }) => quote));

    expect(said).toBe(words);
    expect(quotes.join("\n")).toBe(words.replace("Steps: ", ""));
  });

  it("is nothing if only another number of the file is the one of the clause", () => {
    const rows = "year: 2016; bikes: 655; returns: 11\nyear: 2017; bikes: 700; returns: 12";

    expect(ask("What does § 11 say about bikes?", { "a.csv": rows }, "csv").abstained).toBe(true);
    expect(ask("What is step 7?", { "steps.md": STEPS }).abstained).toBe(true);
  });

  const PEOPLE = ["Ben Jones Smith", "Ben Jones Miller", "Ben Jones", "Ben Smith"].map(
    (name, at) => ({ id: `A-${17 + at}`, name, room: `${205 + 10 * at}` }),
  );

  it.each([
    ["What is the room of Ben Jones?", "225"],
    ["Which room has A-18?", "215"],
    ["What is the room of Ben Smith?", "235"],
    ["Who is in room 225?", "Ben Jones"],
  ])("is the row, record or object that has all of a name: %s", (question, value) => {
    const cells = PEOPLE.map((person) => Object.values(person));
    const members = PEOPLE.map((person, at) =>
      Object.entries(person).map(([name, text]) => `[${at}].${name}: ${text}`),
    );
    const { said: fromRows } = ask(question, {
      "a.md": `${toRow(["id", "name", "room"])}${toRow(["---", "---", "---"])}${cells.map(toRow).join("")}`,
    });
    const records = PEOPLE.map(({ id, name, room }) => `id: ${id}; name: ${name}; room: ${room}`);
    const { said: fromRecords } = ask(question, { "a.csv": records.join("\n") }, "csv");
    const numbered = records.map((record, at) => `line ${at + 1}: ${record}`);
    const { said: fromLines } = ask(question, { "a.jsonl": numbered.join("\n") }, "json");
    const objects = members.map((lines) => lines.join("\n")).join("\n\n");
    const { said: fromObjects } = ask(question, { "a.json": objects }, "json");

    for (const said of [fromRows, fromRecords, fromLines, fromObjects]) {
      expect(said).toMatch(new RegExp(`: ${value}(?:;|\\s|$)`));
    }
  });

  it("is found in spite of a misspelled word", () => {
    expect(ask("price of the plann Taem", { "plans.md": PLANS }).said).toContain("99 EUR");
  });
});

describe("a question whose verb looks like a plural", () => {
  const RULES =
    "# Rules\n\n- The hall closes at 22:00.\n- A form that comes late is put aside.\n- Gifts need a receipt.\n";

  it.each([
    ["What happens to a form that comes late?", "A form that comes late is put aside."],
    ["What needs a receipt?", "Gifts need a receipt."],
  ])("asks for one item of a list: %s", (question, item) => {
    expect(ask(question, { "a.md": RULES }).said).toBe(item);
  });

  it("asks for all items with a noun", () => {
    expect(ask("Which rules are there?", { "a.md": RULES }).said.split("\n")).toHaveLength(3);
  });
});

describe("unusual questions and stores", () => {
  const files = { "repairs.md": LIST };

  it.each([
    ["of 10,000 words", "pump ".repeat(10_000)],
    ["of one letter", "x"],
    ["with markup", "<b>How</b> do I **repair** a `pump`?"],
    ["in two languages", "How do I repair a pump? Wie repariere ich eine Pumpe?"],
    ["of a number alone", "42"],
    ["of signs alone", "?!"],
  ])("have an answer of quotes or none: a question %s", (_name, question) => {
    const { sentences, abstained, said } = ask(question, files);

    expect(abstained).toBe(sentences.length === 0);
    for (const { citations } of sentences) {
      for (const { quote } of citations) expect(LIST).toContain(quote);
    }
    expect(said.length).toBeLessThan(1_300);
  });

  it("say a thing once although many files have it", () => {
    const copies = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`copy-${at}.md`, LIST]),
    );

    expect(ask("How do I repair a pump?", copies).sentences).toHaveLength(4);
  });

  it("have a defined answer where a page contradicts itself: the sentence that is first", () => {
    const page = { "a.md": "# Rules\n\nThe hall closes at 22:00.\n\nThe hall closes at 23:00." };
    const first = ask("When does the hall close?", page).said;

    expect(first.startsWith("The hall closes at 22:00.")).toBe(true);
    expect(ask("When does the hall close?", page).said).toBe(first);
  });

  it("abstain over code alone", () => {
    expect(ask("How do I repair a pump?", { "a.md": "```\nrepair(pump)\n```" }).abstained).toBe(
      true,
    );
  });
});

describe("a part of a question that depends on the part before it", () => {
  it("is answered with that part's answer in view", () => {
    const { said } = ask(
      "What status comes when I exceed the rate limit and which error code is that?",
      {
        "limits.md": "# Limits\n\nWhen the rate limit is exceeded the service answers 429.\n",
        "errors.csv.md":
          "# Errors\n\n| Error code | Status | Meaning |\n| --- | --- | --- |\n| Q10 | 500 | Unexpected |\n| Q11 | 429 | Too many requests |\n| Q12 | 409 | Locked |\n",
      },
    );

    expect(said).toContain("429");
    expect(said).toContain("Q11");
    expect(said).not.toContain("Q10");
  });
});
