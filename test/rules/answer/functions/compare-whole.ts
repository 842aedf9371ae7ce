import { z } from "zod";

import {
  isSchema,
  resolveReference,
  type Schema,
  typesOf,
} from "../../../../src/answer/functions/schema.ts";

const COMPARISONS_MAX = 100_000;
const DEPTH_MAX = 500;
const TOO_LARGE = "they are too large for their schema";

/**
 * Explains why arguments do not match a schema; null if they do. An independent model of `ArgumentsCheck`: it parses the
 * whole text and compares the value from the top down, an alternative of `anyOf` after the other. Of a member that is
 * there twice, it sees the last one only.
 */
export function compareWhole(parameters: Schema, input: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch {
    return "they are not JSON";
  }
  return new Comparison(parameters).findProblem(parameters, value, "");
}

class Comparison {
  readonly #root: Schema;
  #left = COMPARISONS_MAX;
  #depth = 0;

  constructor(root: Schema) {
    this.#root = root;
  }

  /** Returns the first problem, with its place, such as "items[2].id must be of the type string". */
  findProblem(schema: unknown, value: unknown, at: string): string | null {
    if (!isSchema(schema)) return null;
    this.#left -= 1;
    if (this.#left < 0 || this.#depth >= DEPTH_MAX) return TOO_LARGE;
    this.#depth += 1;
    const problem = this.#compare(schema, value, at);
    this.#depth -= 1;
    return problem;
  }

  #compare(schema: Schema, value: unknown, at: string): string | null {
    const { $ref: reference, anyOf } = schema;
    if (reference !== undefined) {
      const problem = this.findProblem(resolveReference(this.#root, reference), value, at);
      if (problem !== null) return problem;
    }
    if (Array.isArray(anyOf)) {
      const fits = anyOf.some((each) => this.findProblem(each, value, at) === null);
      if (!fits) return this.#left < 0 ? TOO_LARGE : `${place(at)} fits no alternative`;
    }
    return (
      findValueProblem(schema, value, at) ??
      (Array.isArray(value) ? this.#findItemProblem(schema, value, at) : null) ??
      (isSchema(value) ? this.#findMemberProblem(schema, value, at) : null)
    );
  }

  #findItemProblem({ items }: Schema, value: readonly unknown[], at: string): string | null {
    for (const [index, item] of value.entries()) {
      const problem = this.findProblem(items, item, `${at}[${index}]`);
      if (problem !== null) return problem;
    }
    return null;
  }

  #findMemberProblem(schema: Schema, value: Schema, at: string): string | null {
    const { properties: declared, additionalProperties } = schema;
    // A schema that says nothing of members leaves them to its alternatives or its reference.
    if (declared === undefined && additionalProperties !== false) return null;
    const properties = isSchema(declared) ? declared : {};
    for (const [name, member] of Object.entries(properties)) {
      const path = at === "" ? name : `${at}.${name}`;
      if (!Object.hasOwn(value, name)) return `${place(path)} is missing`;
      const problem = this.findProblem(member, value[name], path);
      if (problem !== null) return problem;
    }
    const other = Object.keys(value).find((name) => !Object.hasOwn(properties, name));
    return other === undefined ? null : `${place(at)} has the unknown member '${other}'`;
  }
}

/** Compares everything but the items and members of a value. */
function findValueProblem(schema: Schema, value: unknown, at: string): string | null {
  const { enum: values, const: only, format } = schema;
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => hasType(value, type))) {
    return `${place(at)} must be of the type ${types.join(" or ")}`;
  }
  if (Array.isArray(values) && !values.includes(value)) {
    return `${place(at)} must be a value of its enum`;
  }
  if (only !== undefined && only !== value) return `${place(at)} must be its const`;
  const bound = BOUNDS.find(([keyword, holds]) => {
    const limit = schema[keyword];
    return typeof limit === "number" && holds(value, limit) === false;
  });
  if (bound) return `${place(at)} does not hold its '${bound[0]}', ${Number(schema[bound[0]])}`;
  const known = typeof format === "string" ? FORMATS.get(format) : undefined;
  if (known && typeof value === "string" && !known.safeParse(value).success) {
    return `${place(at)} must have the format '${String(format)}'`;
  }
  return null;
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isSchema(value);
    default:
      return typeof value === type;
  }
}

/** Returns undefined for a value that the bound does not apply to. */
type Bound = (value: unknown, limit: number) => boolean | undefined;

const number =
  (holds: (value: number, limit: number) => boolean): Bound =>
  (value, limit) =>
    typeof value === "number" ? holds(value, limit) : undefined;
/** Characters as JSON Schema counts them, by code points. */
const characters =
  (holds: (count: number, limit: number) => boolean): Bound =>
  (value, limit) =>
    typeof value === "string" ? holds(Array.from(value).length, limit) : undefined;
const items =
  (holds: (count: number, limit: number) => boolean): Bound =>
  (value, limit) =>
    Array.isArray(value) ? holds(value.length, limit) : undefined;

const BOUNDS: readonly (readonly [string, Bound])[] = [
  ["minimum", number((value, limit) => value >= limit)],
  ["maximum", number((value, limit) => value <= limit)],
  ["exclusiveMinimum", number((value, limit) => value > limit)],
  ["exclusiveMaximum", number((value, limit) => value < limit)],
  ["multipleOf", number((value, limit) => z.number().multipleOf(limit).safeParse(value).success)],
  ["minLength", characters((count, limit) => count >= limit)],
  ["maxLength", characters((count, limit) => count <= limit)],
  ["minItems", items((count, limit) => count >= limit)],
  ["maxItems", items((count, limit) => count <= limit)],
];

const FORMATS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ["date-time", z.iso.datetime({ offset: true })],
  ["date", z.iso.date()],
  ["duration", z.iso.duration()],
  ["email", z.email()],
  ["hostname", z.hostname()],
  ["ipv4", z.ipv4()],
  ["ipv6", z.ipv6()],
  ["uuid", z.guid()],
]);

const place = (at: string) => (at === "" ? "the whole" : at);
