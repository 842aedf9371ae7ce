import fc from "fast-check";
import { describe, it } from "vitest";

import { ArgumentsCheck } from "../../../../src/answer/functions/arguments-check.ts";
import type { Schema } from "../../../../src/answer/functions/schema.ts";
import { findStrictProblem } from "../../../../src/answer/functions/strict-schema.ts";
import { compareWhole } from "./compare-whole.ts";
import { completeJson } from "./complete-json.ts";
import { Chance, randomSchema, randomValue, writeOddly } from "./random-schemas.ts";

const object = (properties: object) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const TEXT = { type: "string" };
const NUMBER = { type: "number" };
const list = (items: object, more: object = {}) => ({ type: "array", items, ...more });
const variant = (kind: string, a: object) => object({ kind: { const: kind }, a });

/** Reads arguments in these pieces, and returns the text that each settles, and the rest that the end settles. */
function readPieces(schema: Schema, pieces: readonly string[]) {
  const check = new ArgumentsCheck(schema);
  const settled = pieces.map((piece) => check.push(piece));
  const { isWhole, problem: early } = check;
  return { settled, early, isWhole, rest: check.end(), problem: check.problem };
}

/** Splits a text at random places. */
function splitAtRandom(chance: Chance, text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = chance.once(3) ? 1 : 1 + chance.below(9);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** Changes a letter of a text, leaves one out, or cuts the text. */
function damage(chance: Chance, text: string): string {
  const at = chance.below(text.length + 1);
  const mark = chance.of(['"', "\\", "{", "]", ",", ":", "1", "e", "\n", " "]);
  return chance.of([
    text.slice(0, at),
    text.slice(0, at) + text.slice(at + 1),
    text.slice(0, at) + mark + text.slice(at),
    text.slice(0, at) + mark + text.slice(at + 1),
  ]);
}

/** Makes a schema that can be strict and arguments for it, with a mistake in most cases. */
function randomCase(seed: number) {
  const chance = new Chance(seed);
  const schema = randomSchema(chance);
  const value = randomValue(chance, schema, chance.of([0, 12, 4]));
  const isOdd = chance.once(2);
  const written = isOdd ? writeOddly(chance, value) : JSON.stringify(value);
  return { chance, schema, json: chance.once(4) ? damage(chance, written) : written };
}

/** Finds a member that is there twice, which a parser of whole values does not see. */
const REPEATED = / twice$/;

const RUNS = { numRuns: Number(process.env["ARGUMENT_RUNS"] ?? 300) };

describe("arguments that are compared while they are written", () => {
  it("get the verdict of a comparison of the whole, however they are split", ({ expect }) => {
    let valid = 0;
    let invalid = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { chance, schema, json } = randomCase(seed);
        expect(findStrictProblem(schema)).toBeNull();
        const expected = compareWhole(schema, json);
        const whole = readPieces(schema, [json]);
        const letters = readPieces(schema, json.split(""));
        const pieces = readPieces(schema, splitAtRandom(chance, json));

        if (!REPEATED.test(whole.problem ?? "")) {
          expect(whole.problem === null).toBe(expected === null);
        }
        expect([letters.problem, pieces.problem]).toEqual([whole.problem, whole.problem]);
        expect(letters.early).toBe(whole.early);
        if (whole.problem === null) {
          valid += 1;
          for (const read of [whole, letters, pieces]) {
            expect(read.settled.join("") + read.rest).toBe(json);
            expect(read.isWhole).toBe(true);
          }
          expect(letters.settled.join("")).toBe(pieces.settled.join(""));
        } else {
          invalid += 1;
          expect(json.startsWith(letters.settled.join(""))).toBe(true);
          expect(whole.rest).toBe("");
        }
      }),
      RUNS,
    );
    expect(Math.min(valid, invalid)).toBeGreaterThan(RUNS.numRuns / 5);
  });

  it("are never refused while they may still match", ({ expect }) => {
    let refused = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const chance = new Chance(seed);
        const schema = randomSchema(chance);
        const json = JSON.stringify(randomValue(chance, schema, chance.of([0, 4])));
        for (let length = 0; length <= json.length; length++) {
          const { early } = readPieces(schema, [json.slice(0, length)]);
          if (early === null) continue;
          refused += 1;
          expect(compareWhole(schema, json)).not.toBeNull();
          // Another end would not help either: the last letter is where it stopped matching.
          const beginning = json.slice(0, length);
          const isReadable = !/[:,{]"[^"]*$|[\w.+-]$|\\$/.test(beginning);
          if (isReadable) expect(tryCompleting(schema, beginning)).toBeNull();
          break;
        }
      }),
      RUNS,
    );
    expect(refused).toBeGreaterThan(RUNS.numRuns / 10);
  });

  it("settle only what arguments that match begin with", ({ expect }) => {
    let completed = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const chance = new Chance(seed);
        const schema = randomSchema(chance);
        const json = JSON.stringify(randomValue(chance, schema, chance.of([3, 6])));
        const check = new ArgumentsCheck(schema);
        let settled = "";
        for (const letter of json) {
          const more = check.push(letter);
          settled += more;
          if (more === "" || settled.endsWith("\\")) continue;
          completed += 1;
          expect(
            completeJson(schema, settled),
            `${JSON.stringify(schema)}: ${settled}`,
          ).not.toBeNull();
        }
      }),
      RUNS,
    );
    expect(completed).toBeGreaterThan(RUNS.numRuns);
  });
});

describe("the settled part of arguments", () => {
  it.for<[string, Schema, string, string, string]>([
    ["a text while it is written", object({ a: TEXT }), '{"a":"one tw', '{"a":"one tw', ""],
    ["no half of an escape", object({ a: TEXT }), '{"a":"x\\u00e', '{"a":"x', "\\u00e"],
    ["no half of a character", object({ a: TEXT }), '{"a":"x\ud83d', '{"a":"x', "\ud83d"],
    ["a number once it is whole", object({ a: NUMBER, b: TEXT }), '{"a":12', "", '{"a":12'],
    ["a number before a mark", object({ a: NUMBER, b: TEXT }), '{"a":12,"b":', '{"a":12', ',"b":'],
    [
      "a limited text as a whole",
      object({ a: { type: "string", maxLength: 5 }, b: TEXT }),
      '{"a":"one", "b"',
      '{"a":"one"',
      ', "b"',
    ],
    ["a text of an enum as a whole", object({ a: { enum: ["one"] } }), '{"a":"on', "", '{"a":"on'],
    [
      "a text that one of several may be",
      object({ a: { anyOf: [{ enum: ["one"] }, TEXT] } }),
      '{"a":"tw',
      '{"a":"tw',
      "",
    ],
    [
      "a list that is long enough",
      object({ a: list(NUMBER, { minItems: 1 }) }),
      '{"a":[1]',
      '{"a":[1]',
      "",
    ],
    [
      "an item, without the mark after it",
      object({ a: list(NUMBER) }),
      '{"a":[1, ',
      '{"a":[1',
      ", ",
    ],
    ["no end of the whole", object({ a: TEXT }), '{"a":"x"} ', '{"a":"x"', "} "],
  ])("is %s", ([_name, schema, json, settled, held], { expect }) => {
    const check = new ArgumentsCheck(schema);
    expect(check.push(json)).toBe(settled);
    expect(check.problem).toBeNull();
    expect(json).toBe(settled + held);
  });

  it.for<[string, Schema, string, string, string]>([
    [
      "a must be of the type string",
      object({ b: TEXT, a: TEXT }),
      '{"b":"x","a":1',
      "}",
      '{"b":"x"',
    ],
    ["a is missing", object({ b: TEXT, a: TEXT }), '{"b":"x"', "}", '{"b":"x"'],
    ["unknown member 'c'", object({ b: TEXT }), '{"b":"x","c', '"', '{"b":"x"'],
    ["the member 'b' twice", object({ b: TEXT, a: TEXT }), '{"b":"x","b', '"', '{"b":"x"'],
    ["'maxItems', 1", object({ a: list(NUMBER, { maxItems: 1 }) }), '{"a":[1,2', ",", '{"a":[1'],
    ["'minItems', 2", object({ a: list(NUMBER, { minItems: 2 }) }), '{"a":[1 ', "]", '{"a":[1'],
    ["they are not JSON", object({ a: TEXT }), '{"a":"x', "\n", '{"a":"x'],
    ["they are not JSON", object({ a: TEXT }), '{"a":"x"}', "}", '{"a":"x"'],
    [
      "b fits no alternative",
      object({ a: TEXT, b: { anyOf: [variant("x", TEXT)], ...object({ c: TEXT }) } }),
      '{"a":"x","b":',
      "{",
      '{"a":"x"',
    ],
    [
      "a must be of the type number",
      object({ v: { anyOf: [variant("x", TEXT), variant("y", NUMBER)] } }),
      '{"v":{"kind":"y","a":',
      '"',
      '{"v":{"kind":"y"',
    ],
    [
      "kind must be its const",
      object({ v: { anyOf: [variant("x", TEXT), variant("y", NUMBER)] } }),
      '{"v":{"a":"text","kind":"y',
      '"',
      '{"v":{"a":"text"',
    ],
  ])("ends before a problem: %s", ([problem, schema, beginning, mark, settled], { expect }) => {
    const check = new ArgumentsCheck(schema);
    const before = Array.from(beginning, (letter) => check.push(letter)).join("");
    expect(check.push(mark)).toBe("");

    expect(before).toBe(settled);
    expect(check.problem).toContain(problem);
    expect(check.push('"}') + check.end()).toBe("");
  });
});

function tryCompleting(schema: Schema, beginning: string): string | null {
  try {
    return completeJson(schema, beginning);
  } catch {
    return null;
  }
}
