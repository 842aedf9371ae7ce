import type { Schema } from "../../../../src/answer/functions/schema.ts";
import { isSchema, resolveReference, typesOf } from "../../../../src/answer/functions/schema.ts";

/** A source of random choices, the same for the same seed. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns a whole number below `count`. */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  }

  /** Returns true once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  /** Returns one of these values. */
  of<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }
}

const NAMES = ["a", "b", "kind", "é\n", "constructor"] as const;
const TEXTS = ["", "a", "x", "xy", 'say "no"', "back\\slash", "tab\t", "😀", "2026-02-28"] as const;
const NUMBERS = [0, 1, -1, 2, 10, 1.5, -0.25, 1e21] as const;

/** Makes a schema of a strict function, in which a few definitions refer to each other. */
export function randomSchema(chance: Chance): Schema {
  const $defs = { one: randomPart(chance, 2), two: randomPart(chance, 2) };
  return { ...randomObject(chance, 3), $defs };
}

function randomObject(chance: Chance, depth: number): Schema {
  const names = NAMES.filter(() => chance.once(2));
  const properties = Object.fromEntries(names.map((name) => [name, randomPart(chance, depth - 1)]));
  return { type: "object", properties, required: names, additionalProperties: false };
}

function randomPart(chance: Chance, depth: number): Schema {
  const kind = chance.below(depth > 0 ? 12 : 6);
  switch (kind) {
    case 6:
    case 7:
      return randomObject(chance, depth);
    case 8:
      return {
        type: chance.once(3) ? ["array", "null"] : "array",
        items: randomPart(chance, depth - 1),
        ...(chance.once(3) && { minItems: chance.below(3) }),
        ...(chance.once(3) && { maxItems: 2 + chance.below(2) }),
      };
    case 9:
    case 10:
      return randomUnion(chance, depth);
    case 11:
      return {
        anyOf: [
          { $ref: chance.of(["#", "#/$defs/one", "#/$defs/two"]) },
          chance.of([{ type: "null" }, { const: "end" }]),
        ],
      };
    default:
      return randomScalar(chance, kind);
  }
}

function randomUnion(chance: Chance, depth: number): Schema {
  const part = () => randomPart(chance, depth - 1);
  if (chance.once(3)) {
    // The members of the alternatives have the same names, so that a member decides which one it is.
    const kinds = ["x", "xy", 1] as const;
    return {
      anyOf: kinds.map((kind) => ({
        type: "object",
        properties: { a: part(), kind: { const: kind } },
        required: ["a", "kind"],
        additionalProperties: false,
      })),
    };
  }
  if (chance.once(4)) {
    return { type: "string", anyOf: [{ enum: ["a", "x"] }, { type: "string", minLength: 2 }] };
  }
  return { anyOf: Array.from({ length: 1 + chance.below(3) }, part) };
}

function randomScalar(chance: Chance, kind: number): Schema {
  switch (kind) {
    case 0:
      return chance.of<Schema>([
        { type: "number" },
        { type: "number", minimum: -1, exclusiveMaximum: 10 },
        { type: "integer", maximum: 10, multipleOf: 1 },
        { type: ["integer", "string"] },
      ]);
    case 1:
      return chance.of<Schema>([{ enum: ["x", "xy", 1, null] }, { const: "a" }, { const: 2 }]);
    case 2:
      return chance.of<Schema>([
        { type: "string", maxLength: 1 },
        { type: ["string", "null"], minLength: 1 },
        { type: "string", format: "date" },
        { type: "string", pattern: "^x" },
      ]);
    case 3:
      return { type: chance.of(["boolean", "null"]) };
    default:
      return { type: "string" };
  }
}

/**
 * Makes a value for a schema: one that matches it, in most cases where `mistakes` is 0, and otherwise one that has a
 * mistake about once in so many parts.
 */
export function randomValue(chance: Chance, root: Schema, mistakes: number): unknown {
  return valueFor(chance, root, root, mistakes, 6);
}

function valueFor(
  chance: Chance,
  root: Schema,
  schema: unknown,
  mistakes: number,
  depth: number,
): unknown {
  if (mistakes > 0 && chance.once(mistakes))
    return chance.of<unknown>([...TEXTS, ...NUMBERS, null, [], {}]);
  if (!isSchema(schema)) return null;
  const { anyOf, $ref: reference, enum: values, const: only, properties, items } = schema;
  const next = (part: unknown) => valueFor(chance, root, part, mistakes, depth - 1);
  if (only !== undefined) return only;
  if (reference !== undefined) return next(resolveReference(root, reference));
  // The last alternatives lead to an end.
  if (Array.isArray(anyOf))
    return next(anyOf[depth > 0 ? chance.below(anyOf.length) : anyOf.length - 1]);
  if (Array.isArray(values)) return values[chance.below(values.length)];
  const [first = "object", ...others] = typesOf(schema);
  const type = chance.of([first, ...others]);
  if (type === "array") {
    const { minItems = 0, maxItems = 3 } = schema;
    const count = Math.max(Number(minItems), depth > 0 ? chance.below(Number(maxItems) + 1) : 0);
    return Array.from({ length: count }, () => next(items));
  }
  if (type === "object" && isSchema(properties)) {
    const names = Object.keys(properties).filter(() => mistakes === 0 || !chance.once(mistakes));
    if (mistakes > 0 && chance.once(mistakes)) names.push("other");
    const from = chance.below(names.length + 1);
    const ordered = [...names.slice(from), ...names.slice(0, from)];
    return Object.fromEntries(ordered.map((name) => [name, next(properties[name])]));
  }
  return scalarFor(chance, schema, type);
}

function scalarFor(
  chance: Chance,
  { format, maxLength, minLength }: Schema,
  type: string,
): unknown {
  if (format === "date") return "2026-02-28";
  if (maxLength === 1) return chance.of(["", "x", "😀"]);
  if (minLength !== undefined) return chance.of(["xy", "😀😀"]);
  if (type === "string") return chance.of(TEXTS);
  if (type === "number") return chance.of([0, 1, -0.25, 1.5]);
  if (type === "integer") return chance.of([0, 1, -1, 10]);
  return type === "boolean" ? chance.once(2) : null;
}

/** Writes a value as JSON, with random spaces and escapes. */
export function writeOddly(chance: Chance, value: unknown): string {
  const space = () => (chance.once(4) ? chance.of([" ", "\n", "\t  "]) : "");
  const around = (text: string) => `${space()}${text}${space()}`;
  const text = (raw: string) => {
    const letters = Array.from(raw, (letter) =>
      chance.once(5) ? escapeUnits(letter) : JSON.stringify(letter).slice(1, -1),
    );
    return `"${letters.join("")}"`;
  };
  if (typeof value === "string") return around(text(value));
  if (Array.isArray(value)) {
    return around(`[${value.map((item) => writeOddly(chance, item)).join(",")}${space()}]`);
  }
  if (!isSchema(value)) return around(JSON.stringify(value));
  const members = Object.entries(value).map(
    ([name, member]) => `${around(text(name))}:${writeOddly(chance, member)}`,
  );
  return around(`{${members.join(",")}${space()}}`);
}

const escapeUnits = (letter: string) =>
  Array.from({ length: letter.length }, (_, at) => {
    const code = letter.charCodeAt(at).toString(16).padStart(4, "0");
    return `\\u${code}`;
  }).join("");
