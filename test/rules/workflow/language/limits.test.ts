import { beforeEach, describe, expect, it } from "vitest";

import { celExpressions } from "../../../../src/workflow/language/expressions.ts";
import { leastCpuTime } from "../../cpu-time.ts";

const numbers = (length: number) => Array.from({ length }, (_, at) => at);
const SCOPE = {
  input: {
    list: numbers(1_000),
    long: numbers(40_000),
    text: "a".repeat(1_000_000),
    two: ["a", "b"],
  },
  run: { id: "run_1", createdAt: 0 },
  steps: {},
};
const LITERAL = `[${numbers(30).join(",")}]`;

/** Builds `x₁ = first; x₂ = grow(x₁); …` and returns the last of them. */
const chain = (length: number, first: string, grow: (name: string) => string) =>
  numbers(length).reduceRight(
    (rest, at) => `cel.bind(x${at}, ${at === 0 ? first : grow(`x${at - 1}`)}, ${rest})`,
    `x${length - 1}`,
  );
const SHARED = chain(14, "[1]", (x) => `[${x}, ${x}, ${x}, ${x}]`);

const readMessage = (source: string) => {
  try {
    return `no error but ${JSON.stringify(celExpressions.evaluate(source, SCOPE)).slice(0, 80)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

beforeEach(() => celExpressions.renew?.());

describe("an expression that runs away", () => {
  it.each([
    ["loops in loops", "input.list.all(a, input.list.all(b, input.list.all(c, a + b + c >= 0)))"],
    [
      "loops over literals",
      ["a", "b", "c", "d", "e", "f"].reduceRight(
        (body, x) => `${LITERAL}.all(${x}, ${body})`,
        "true",
      ),
    ],
    ["loops whose errors are caught", "input.list.all(a, input.list.exists(b, a.x > b)) || true"],
    ["errors in a loop", "input.long.all(a, a.x)"],
    ["errors in a loop with a long source", `${" ".repeat(3_900)}input.long.all(a, a.x)`],
    ["errors left of ||", "input.long.map(a, a.x || true)"],
    ["a comparison of lists in a loop", "input.list.filter(x, [input.long] == [input.long + [1]])"],
    ["a comparison of shared values", `${SHARED} == ${SHARED}`],
    ["a search at every position", "(input.text + 'b').contains('b' + input.text)"],
    ["joining with a long text", "input.list.map(x, 'a').join(input.text)"],
    ["splitting into letters", "input.text.split('')"],
    ["lists added to themselves", chain(14, "[1,2,3,4]", (x) => `${x} + ${x} + ${x} + ${x}`)],
    ["texts added to themselves", chain(14, "'abcdefgh'", (x) => `${x} + ${x} + ${x} + ${x}`)],
    ["a pattern that backtracks", "(input.text + '!').matches('(a+)+$')"],
    ["a pattern that unfolds", "input.text.matches('(?:a{1,30}){30}$')"],
    ["patterns in a loop", "input.list.map(x, 'abc'.matches('a.c'))"],
    ["times of day in a time zone", "input.list.map(x, timestamp(x).getHours('Europe/Rome'))"],
  ])("is stopped: %s", async (_what, source) => {
    // The first run includes Node's compilation.
    readMessage("size(input.text) + size(input.list)");
    expect(readMessage(source)).toContain("takes too long");
    // About 50 ms; the rest is a reserve for a busy machine.
    expect(await leastCpuTime(400, () => readMessage(source))).toBeLessThan(400);
  });

  it.each([
    ["characters", `'${"a".repeat(4_100)}'`, "has 4102 characters, at most 4096 are allowed"],
    ["nodes", `${"1+".repeat(1_500)}1`, "Exceeded maxAstNodes"],
    ["signs", `${"!".repeat(4_000)}true`, "Exceeded maxAstNodes"],
    ["brackets", `${"(".repeat(2_000)}1${")".repeat(2_000)}`, "Exceeded maxDepth"],
    ["a pattern", `'a'.matches('${"a".repeat(300)}')`, "at most 256 characters"],
    ["a duration", "duration(input.text)", "The duration is too long"],
  ])("is refused when it exceeds the limit of %s", (_what, source, message) => {
    expect(readMessage(source)).toContain(message);
  });

  it.each([
    ["a text many times", "input.two.map(x, input.text)"],
    ["shared lists", SHARED],
  ])("returns at most 1 MB of JSON: %s", (_what, source) => {
    expect(readMessage(source)).toBe("The result is larger than 1 MB of JSON");
  });

  it("allows ordinary expressions", () => {
    expect(readMessage("input.list.exists(x, x == 999)")).toBe("no error but true");
    expect(readMessage("input.list.filter(x, x % 2 == 0).map(x, x * 1.5).size()")).toBe(
      "no error but 500",
    );
    expect(readMessage("input.text.contains('aab')")).toBe("no error but false");
    expect(readMessage("size(input.text.substring(10))")).toBe("no error but 999990");
  });
});
