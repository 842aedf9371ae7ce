import { describe, expect, it } from "vitest";

import { makeTitle, TITLE_CHARACTERS_MAX, titleItem } from "../../../src/conversation/title.ts";

const characters = (text: string | null) => Array.from(text ?? "").length;

describe("a title", () => {
  it.each([
    ["When does it open?", "When does it open?"],
    ["  two\n\n\twords ", "two words"],
    ["", null],
    [" \n ", null],
    [" ".repeat(2_000) + "late", null],
  ])("has the first words of %j", (text, title) => expect(makeTitle(text)).toBe(title));

  it("is cut between words, and in a text without any, between characters", () => {
    const words = makeTitle("harbour ".repeat(30));
    const emoji = makeTitle("🛥️".repeat(200));

    expect(words).toMatch(/harbour…$/);
    for (const title of [words, emoji, makeTitle("x".repeat(5_000))]) {
      expect(characters(title)).toBeLessThanOrEqual(TITLE_CHARACTERS_MAX);
    }
    expect(emoji?.isWellFormed()).toBe(true);
  });

  it("is that of a person's message alone", () => {
    const content = [{ type: "input_text", text: "Be kind." }] as const;
    const message = { id: "msg_1", type: "message", status: "completed", content } as const;

    expect(titleItem({ ...message, role: "user" })).toBe("Be kind.");
    expect(titleItem({ ...message, role: "developer" })).toBeNull();
    expect(titleItem(undefined)).toBeNull();
  });
});
