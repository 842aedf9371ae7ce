import { describe, expect, it } from "vitest";

import { ask } from "../ask-files.ts";

const RATES = `# Rates of 2026

| Model | Monthly rate, 24 months | Monthly rate, 36 months | Monthly rate, 48 months |
| --- | ---: | ---: | ---: |
| Lynx | 69.00 | 49.00 | 41.00 |
| Otter | 91.00 | 65.00 | 54.00 |
| Heron | – | 14.00 | n/a |
`;
const YEARS = `# Report

| Year | Contracts | Returns |
| --- | ---: | ---: |
| 2016 | 470 | 11 |
| 2017 | 520 | 12 |
`;
const TERMS = `# Terms of the lease

## § 9 Returns

The bike is returned with its keys and its charger.

## § 10 Notice

The notice period of the lease is three months.
`;

describe("a question about a neighbour of what the files have", () => {
  it.each([
    ["another term than those of the table", "Monthly rate of the Otter for 60 months", RATES],
    ["another year than that of the heading", "Monthly rate of the Otter in 2027", RATES],
    [
      "a cell without a value",
      "Monthly rate of the Heron for 24 months",
      "| Model | Monthly rate, 24 months |\n| --- | --- |\n| Heron | – |\n| Otter | n/a |\n",
    ],
    ["a clause with a number that is only a value of a table", "§ 11 of the lease terms", YEARS],
    ["only the year", "How many thefts in 2016?", YEARS],
    ["a clause that the contract does not have", "What does § 11 of the lease say?", TERMS],
    [
      "a telephone number that is not there",
      "What is the phone number of the canteen in Ghent?",
      "# Ghent\n\nThe canteen in Ghent opens at 11 and has 80 seats.\n",
    ],
    [
      "an e-mail address that is not there",
      "What is the e-mail address of the canteen in Ghent?",
      "# Ghent\n\nThe canteen in Ghent opens at 11 and has 80 seats.\n",
    ],
  ])("is not answered: %s", (_name, question, text) => {
    expect(ask(question, { "a.md": text })).toMatchObject({ abstained: true });
  });

  it.each([
    ["Monthly rate of the Otter for 48 months", RATES, "54.00"],
    ["Monthly rate of the Otter in 2026 for 48 months", RATES, "54.00"],
    ["Monthly rate of the Heron for 36 months", RATES, "14.00"],
    ["How many contracts were there in 2017?", YEARS, "520"],
    ["What does § 10 of the lease say?", TERMS, "three months"],
    ["How many returned in 2016?", YEARS, "11"],
    [
      "What is the phone number of the canteen in Ghent?",
      "# Ghent\n\nThe canteen in Ghent: ext. 777.\n",
      "777",
    ],
    [
      "What is the phone number of the canteen?",
      "The canteen has the number +32 9 123 45 67.",
      "123 45 67",
    ],
    [
      "Wie ist die E-Mail-Adresse der Kantine?",
      "Die Kantine hat die Adresse kantine@example.com.",
      "kantine@example.com",
    ],
  ])("is no reason to refuse: %s", (question, text, wanted) => {
    expect(ask(question, { "a.md": text }).said).toContain(wanted);
  });
});
