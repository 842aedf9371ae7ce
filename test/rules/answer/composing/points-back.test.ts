import { describe, expect, it } from "vitest";

import { readUnit } from "../read-unit.ts";

/** Returns how much of a question the sentence of a text covers that has a word. */
const measureCover = (question: string, text: string, has: string): number =>
  readUnit(question, text, { has }).unit.features.cover;

describe("a sentence that points back", () => {
  const QUESTION = "Who bought the old mill?";

  it.each([
    ["it has the words of the one before", "The old mill is high. It was bought by Ada.", 0.9, 0.8],
    ["not so without a pronoun", "The old mill is high. A boat was bought by Ada.", 0.5, 0.1],
    ["nor in another paragraph", "The old mill is high.\n\nIt was bought by Ada.", 0.5, 0.1],
  ])("%s", (_name, text, most, least) => {
    const cover = measureCover(QUESTION, text, "Ada");
    expect(cover).toBeGreaterThan(least);
    expect(cover).toBeLessThan(most);
  });
});
