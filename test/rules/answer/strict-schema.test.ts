import fc from "fast-check";
import { describe, it } from "vitest";
import { z } from "zod";

import { findArgumentsProblem } from "../../../src/answer/functions/check-arguments.ts";
import { findStrictProblem } from "../../../src/answer/functions/strict-schema.ts";
import { leastCpuTime } from "../cpu-time.ts";

const object = (properties: object, more: object = {}) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});
const nest = (depth: number): object =>
  depth === 0 ? { type: "string" } : object({ a: nest(depth - 1) });
const alternatives = (depth: number): object =>
  depth === 0 ? { type: "string" } : { anyOf: [alternatives(depth - 1)] };
const NODE = object({ v: { type: "number" }, next: { anyOf: [{ $ref: "#" }, { type: "null" }] } });
/** Two definitions that lead to each other without a value in between. */
const LOOP = object(
  { m: { $ref: "#/$defs/a" }, n: { $ref: "#/$defs/b" } },
  {
    $defs: {
      a: { anyOf: [{ $ref: "#/$defs/b" }, { const: "x" }, { type: "null" }] },
      b: { anyOf: [{ $ref: "#/$defs/a" }, { const: "y" }] },
    },
  },
);
const check = (parameters: Record<string, unknown>, value: unknown) =>
  findArgumentsProblem({ strict: true, parameters }, JSON.stringify(value));

describe("a schema that can be strict", () => {
  it.for<[string, object]>([
    ["no members", object({})],
    [
      "no 'required' without members",
      { type: "object", properties: {}, additionalProperties: false },
    ],
    ["nullable members", object({ a: { type: ["string", "null"] } })],
    ["an enum without a type", object({ a: { enum: ["x", 1, null] } })],
    ["definitions", object({ a: { $ref: "#/$defs/b" } }, { $defs: { b: nest(1) } })],
    [
      "old definitions",
      object({ a: { $ref: "#/definitions/b" } }, { definitions: { b: nest(1) } }),
    ],
    ["recursion", NODE],
    ["ten levels", nest(10)],
    ["what zod writes", z.toJSONSchema(z.object({ a: z.array(z.string().min(1)), b: z.null() }))],
  ])("has %s", ([, schema], { expect }) => {
    expect(findStrictProblem({ ...schema })).toBeNull();
  });

  it.for<[string, object]>([
    ["must have the type 'object'", {}],
    ["must have the type 'object'", { anyOf: [object({})], type: "object" }],
    ["'additionalProperties' must be false", { type: "object", properties: {} }],
    ["'additionalProperties' must be false", object({}, { additionalProperties: true })],
    ["'b' is missing", object({ a: nest(0), b: nest(0) }, { required: ["a"] })],
    ["every member", object({ a: nest(0) }, { required: ["a", "b"] })],
    ["in 'properties.a', 'additionalProperties'", object({ a: { type: "object" } })],
    ["'allOf' is not supported", object({ a: { type: "string", allOf: [] } })],
    ["'oneOf' is not supported", object({ a: { oneOf: [] } })],
    ["'default' is not supported", object({ a: { type: "string", default: "" } })],
    ["'patternProperties' is not", object({}, { patternProperties: {} })],
    ["'type' must name types", object({ a: { type: "text" } })],
    ["'type' must name types", object({ a: { type: [] } })],
    ["needs 'type'", object({ a: {} })],
    ["is not a schema", object({ a: true })],
    ["needs 'items'", object({ a: { type: "array" } })],
    ["in 'properties.a.items', 'oneOf'", object({ a: { enum: ["x"], items: { oneOf: [] } } })],
    ["in 'properties.a.items', is not a schema", object({ a: { type: "string", items: [] } })],
    [
      "in 'properties.a', 'additionalProperties'",
      object({ a: { anyOf: [nest(0)], properties: { b: nest(0) } } }),
    ],
    [
      "in 'properties.a.properties.b', 'allOf'",
      object({ a: { ...object({ b: { type: "string", allOf: [] } }), type: "string" } }),
    ],
    [
      "in 'properties.a', 'additionalProperties'",
      object({ a: { type: "string", required: ["b"] } }),
    ],
    ["'$ref' must be", object({ a: { $ref: "#/$defs/b" } })],
    ["'$ref' must be", object({ a: { $ref: "https://a.example/schema" } })],
    ["'enum' must be a list", object({ a: { enum: [] } })],
    ["'enum' must be a list", object({ a: { enum: [{}] } })],
    ["'const' must be", object({ a: { const: [] } })],
    ["'anyOf' must be a list", object({ a: { anyOf: {} } })],
    ["nested deeper", nest(11)],
    ["nested deeper", object({ a: alternatives(5_000) })],
    ["10000 schemas", object({ a: { anyOf: Array(10_000).fill(nest(0)) } })],
    [
      "10000 schemas",
      object(
        {},
        {
          $defs: Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`d${at}`, nest(0)])),
        },
      ),
    ],
    ["1000 values", object({ a: { enum: Array.from({ length: 1_001 }, (_, at) => at) } })],
    [
      "5000 members",
      object(Object.fromEntries(Array.from({ length: 5_001 }, (_, at) => [`a${at}`, nest(0)]))),
    ],
  ])("is refused: %s", ([problem, schema], { expect }) => {
    expect(findStrictProblem({ ...schema })).toContain(problem);
  });
});

describe("the arguments of a strict function", () => {
  it.for<[object, unknown, string | null]>([
    [object({ a: { type: "string" } }), { a: "x" }, null],
    [object({ a: { type: "string" } }), { a: 1 }, "a must be of the type string"],
    [object({ a: { type: "string" } }), {}, "a is missing"],
    [object({ a: { type: "string" } }), { a: "x", b: 1 }, "the whole has the unknown member 'b'"],
    [{ type: "object", additionalProperties: false }, { b: 1 }, "the unknown member 'b'"],
    [{ type: "object", additionalProperties: false }, {}, null],
    [
      object({ a: { type: ["object", "null"], additionalProperties: false } }),
      { a: { b: 1 } },
      "a has the unknown member 'b'",
    ],
    [object({ a: { $ref: "#/$defs/b" } }, { $defs: { b: nest(1) } }), { a: { a: "" } }, null],
    [object({ a: { type: "string" } }), [], "the whole must be of the type object"],
    [object({ a: { type: "string" } }), null, "the whole must be of the type object"],
    [object({ a: { type: ["integer", "null"] } }), { a: 1.5 }, "a must be of the type integer or"],
    [object({ a: { type: ["integer", "null"] } }), { a: 1e20 }, null],
    [object({ a: { enum: ["x", null] } }), { a: null }, null],
    [object({ a: { enum: ["x", null] } }), { a: "y" }, "a must be a value of its enum"],
    [object({ a: { const: "x" } }), { a: "y" }, "a must be its const"],
    [object({ a: { type: "array", items: nest(1) } }), { a: [{ a: "" }, { a: 1 }] }, "a[1].a must"],
    [
      object({ a: { type: "array", items: nest(0), maxItems: 1 } }),
      { a: ["", ""] },
      "'maxItems', 1",
    ],
    [object({ a: { type: "number", minimum: 1 } }), { a: 0 }, "'minimum', 1"],
    [object({ a: { type: "number", multipleOf: 0.1 } }), { a: 1.1 }, null],
    [object({ a: { type: "number", multipleOf: 0.1 } }), { a: 1.15 }, "'multipleOf', 0.1"],
    [object({ a: { type: "string", maxLength: 1 } }), { a: "😀" }, null],
    [object({ a: { type: "string", maxLength: 1 } }), { a: "ab" }, "'maxLength', 1"],
    [object({ a: { type: "string", format: "date" } }), { a: "2026-02-30" }, "the format 'date'"],
    [object({ a: { type: "string", format: "date" } }), { a: "2026-02-28" }, null],
    [object({ a: { anyOf: [nest(0), nest(1)] } }), { a: { a: "" } }, null],
    [
      object({ a: { anyOf: [nest(0), nest(1)] } }),
      { a: { a: 1 } },
      "a.a must be of the type string",
    ],
    [object({ a: { anyOf: [nest(0), { type: "number" }] } }), { a: null }, "a fits no alternative"],
    [NODE, { v: 1, next: { v: 2, next: null } }, null],
    [NODE, { v: 1, next: { v: "2", next: null } }, "next.v must be of the type number"],
    [object({ constructor: { type: "string" } }), {}, "constructor is missing"],
    [LOOP, { m: "y", n: "x" }, null],
    [LOOP, { m: "y", n: "z" }, "n must be its const"],
  ])("of %j: %j, %s", ([schema, value, problem], { expect }) => {
    const found = check({ ...schema }, value);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toContain(problem);
  });

  it("are judged as zod judges them", ({ expect }) => {
    const schema = z.strictObject({
      name: z.string().min(2).max(5),
      count: z.int().min(0).max(9),
      tags: z.array(z.enum(["a", "b"])).max(2),
      nested: z.union([z.strictObject({ x: z.boolean() }), z.null()]),
    });
    const parameters = { ...z.toJSONSchema(schema) };
    const value = fc.record(
      {
        name: fc.oneof(fc.string({ maxLength: 7 }), fc.integer()),
        count: fc.oneof(fc.integer({ min: -2, max: 11 }), fc.double(), fc.constant("1")),
        tags: fc.oneof(fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 3 }), fc.constant({})),
        nested: fc.oneof(
          fc.constant(null),
          fc.record({ x: fc.oneof(fc.boolean(), fc.constant(1)) }, { requiredKeys: [] }),
        ),
        other: fc.constant(1),
      },
      { requiredKeys: ["name", "count"] },
    );
    expect(findStrictProblem(parameters)).toBeNull();
    fc.assert(
      fc.property(value, (given) => {
        const json: unknown = JSON.parse(JSON.stringify(given));
        expect(check(parameters, json) === null).toBe(schema.safeParse(json).success);
      }),
      { numRuns: 1_000 },
    );
  });

  it("cost a bounded amount of work, whatever the schema", ({ expect }) => {
    const branch = object({ next: { $ref: "#/$defs/a" }, kind: { type: "string" } });
    const exponential = object(
      { next: { $ref: "#/$defs/a" } },
      { $defs: { a: { anyOf: [branch, branch, { type: "null" }] } } },
    );
    const chain = (depth: number): object =>
      depth === 0 ? { next: 1, kind: "" } : { next: chain(depth - 1), kind: "" };
    const circular = object({ a: { $ref: "#/$defs/a" } }, { $defs: { a: { $ref: "#/$defs/a" } } });
    const list = { type: "array", items: { type: "number" } };
    const union = (count: number) =>
      object({ a: { anyOf: Array.from({ length: count }, () => ({ type: "string" })) } });
    const deep = `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;

    expect(findStrictProblem({ ...exponential })).toBeNull();
    expect(check({ ...exponential }, { next: chain(40) })).toContain("… fits no alternative");
    expect(check({ ...circular }, { a: 1 })).toContain("a fits no alternative");
    expect(check(union(1_001), { a: 1 })).toContain("too large for their schema");
    expect(check(object({ a: list }), { a: Array(200_001).fill(1) })).toContain("too large");
    expect(
      findArgumentsProblem({ strict: true, parameters: object({ a: { const: 1 } }) }, deep),
    ).toContain("a must be its const");
  });

  it("of 1,000 calls cost the reading of their schema once", async ({ expect }) => {
    const anyOf = Array.from({ length: 9_990 }, () => ({ type: "null" }));
    const parameters = object({ a: { type: "number" } }, { $defs: { b: { anyOf } } });
    const took = await leastCpuTime(1_000, () => {
      for (let call = 0; call < 1_000; call++) {
        expect(findArgumentsProblem({ strict: true, parameters }, '{"a":1}')).toBeNull();
      }
    });

    expect(took).toBeLessThan(1_000);
  });
});
