import { describe, expect, it } from "vitest";

import { leastCpuTime } from "../cpu-time.ts";
import { ask } from "./ask-files.ts";

const FILES = {
  "plans.md":
    "# Plans\n\n| Plan | Price | Seats |\n| --- | --- | --- |\n| Solo | 9 EUR | 1 |\n| Team | 99 EUR | 20 |\n",
  "house.md": "# House\n\nThe yard has room for ten cars. It closes at nine.\n",
};
const TEAM = "Plan: Team; Price: 99 EUR; Seats: 20";
const WORDS = Array.from({ length: 10_000 }, (_, at) => `word${at}`).join(" ");
/** Longest time of a processor for one answer, in milliseconds; it took 6,800 before questions were cut. */
const TIME_MAX = 1_500;

describe("a question that is no good question", () => {
  it.each([
    ["of one letter", "a", ""],
    ["of a number that nothing has", "4711", ""],
    ["of a number alone, by which a row is named", "20?", TEAM],
    ["in two languages", "Was ist the price of Team?", TEAM],
    ["in two languages, one after the other", "What is the price of Team? Was kostet Solo?", TEAM],
    ["with markup", "<b>What</b> is the <i class=x>price</i> of **the plan** `Team`?", TEAM],
    ["with a tag that has no end", `What is the price of Team? ${"<b".repeat(2_000)}`, ""],
    ["without letters", "?!", ""],
  ])("has a defined answer: %s", (_name, question, beginning) => {
    const { said, abstained } = ask(question, FILES);

    expect(said.slice(0, beginning.length)).toBe(beginning);
    expect(abstained).toBe(beginning === "");
  });

  it.each([
    ["most of them of nothing", `What is the price of the plan Team? ${WORDS}`, ""],
    ["most of them before it", `${WORDS} What is the price of the plan Team?`, ""],
    ["all of one question", "What is the price of the plan Team? ".repeat(1_250), TEAM],
  ])("has 10,000 words, and is judged in time: %s", async (_name, question, answer) => {
    const took = await leastCpuTime(TIME_MAX, () => {
      expect(ask(question, FILES).said).toBe(answer);
    });

    expect(took).toBeLessThan(TIME_MAX);
  });

  it("is answered with the date of a version that is not in force yet, where there is no other", () => {
    const future = { "plans.md": FILES["plans.md"].replace("# Plans", "# Plans from 1 May 2030") };

    expect(ask("What is the price of Team?", future).said).toBe(`${TEAM} (2030-05-01)`);
    expect(ask("What is the price of Team in 2030?", future).said).toBe(
      `Plans from 1 May 2030: ${TEAM}`,
    );
  });

  it("is answered from tables alone, and refused by them", () => {
    const tables = { "plans.md": FILES["plans.md"] };

    expect(ask("How many seats has Team?", tables).said).toBe(TEAM);
    expect(ask("Who founded the firm?", tables)).toMatchObject({ abstained: true });
  });
});
