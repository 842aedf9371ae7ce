import { describe, expect, it } from "vitest";

import { ask } from "../ask-files.ts";

const PLANS =
  "# Plans\n\n| Plan | Price | Seats |\n| --- | --- | --- |\n| Solo | 9 EUR | 1 |\n| Team | 99 EUR | 20 |\n";

describe("a row whose key is an identifier", () => {
  const ERRORS =
    "| reason | what it means |\n| --- | --- |\n| `rate_limited` | the server limits the rate of calls |\n";
  const README = "# Limits\n\nThere is no rate limiting yet.\n";

  it.each([
    ["is named as it is written", "What does rate_limited mean?", "reason: `rate_limited`"],
    ["is named by its words", "When is a call rate limited?", "reason: `rate_limited`"],
    ["is not named by other forms", "Is there rate limiting?", "There is no rate limiting yet."],
  ])("%s", (_name, question, beginning) => {
    const { said } = ask(question, { "errors.md": ERRORS, "README.md": README });

    expect(said.slice(0, beginning.length)).toBe(beginning);
  });
});

describe("how an answer of several units is written", () => {
  it("has two compared rows on lines of their own", () => {
    const { sentences } = ask("What is the difference in price between Solo and Team?", {
      "plans.md": PLANS,
    });

    expect(sentences).toMatchObject([
      { text: "Plan: Solo; Price: 9 EUR; Seats: 1", isLine: true },
      { text: "Plan: Team; Price: 99 EUR; Seats: 20", isLine: true },
    ]);
  });

  it("has the heading of a section once", () => {
    const text =
      "# House\n\n## Parking\n\nThe yard has room for ten cars. It closes at nine. Visitors pay 2 EUR.\n";
    const { said } = ask("Summarise the rules of parking", { "house.md": text });

    expect(said.match(/Parking:/g)).toHaveLength(1);
  });

  it("has no line breaks of the file within a sentence, and quotes them as they are", () => {
    const text = "# House\n\nThe yard has room\n  for ten cars.\n";
    const { said, sentences } = ask("How many cars fit in the yard?", { "house.md": text });

    expect(said).toBe("The yard has room for ten cars.");
    expect(sentences.flatMap(({ citations }) => citations.map(({ quote }) => quote))).toEqual([
      "The yard has room\n  for ten cars.",
    ]);
  });
});
