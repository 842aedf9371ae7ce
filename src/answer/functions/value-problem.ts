import { z } from "zod";

import { shorten } from "../../shorten.ts";
import { isSchema, type Schema, typesOf } from "./schema.ts";

/**
 * Explains why a value is not of a type that its schema names; null if it is. `at` is the value's path, such as
 * `items[2].id`.
 */
export function findTypeProblem(schema: Schema, value: unknown, at: string): string | null {
  const types = typesOf(schema);
  if (types.length === 0 || types.some((type) => hasType(value, type))) return null;
  return `${place(at)} must be of the type ${types.join(" or ")}`;
}

/** Explains why a value is not one of those that its schema lists; null if it is, or if the schema lists none. */
export function findChoiceProblem(schema: Schema, value: unknown, at: string): string | null {
  const { enum: values, const: only } = schema;
  if (Array.isArray(values) && !values.includes(value)) {
    return `${place(at)} must be a value of its enum`;
  }
  return only === undefined || only === value ? null : `${place(at)} must be its const`;
}

/**
 * Explains why a text, a number, a boolean or null does not match its schema, apart from `anyOf` and `$ref`; null if it
 * does. The schema's `pattern` is not checked, since a regular expression from a client may never finish.
 */
export function findScalarProblem(schema: Schema, value: unknown, at: string): string | null {
  const { format } = schema;
  const unfit = findTypeProblem(schema, value, at) ?? findChoiceProblem(schema, value, at);
  if (unfit !== null) return unfit;
  const bound = BOUNDS.find(([keyword, holds]) => {
    const limit = schema[keyword];
    return typeof limit === "number" && holds(value, limit) === false;
  });
  if (bound) return explainBound(schema, bound[0], at);
  const known = typeof format === "string" ? FORMATS.get(format) : undefined;
  if (known && typeof value === "string" && !known.safeParse(value).success) {
    return `${place(at)} must have the format '${String(format)}'`;
  }
  return null;
}

/** Explains why a list may not have `count` items; null if it may. */
export function findCountProblem(schema: Schema, count: number, at: string): string | null {
  const { minItems, maxItems } = schema;
  if (typeof minItems === "number" && count < minItems) return explainBound(schema, "minItems", at);
  return typeof maxItems === "number" && count > maxItems
    ? explainBound(schema, "maxItems", at)
    : null;
}

/** Tests whether every text matches a schema that takes texts, apart from `anyOf` and `$ref`. */
export const takesAnyText = (schema: Schema): boolean =>
  !TEXT_KEYWORDS.some((keyword) => schema[keyword] !== undefined) &&
  !(typeof schema["format"] === "string" && FORMATS.has(schema["format"]));

const TEXT_KEYWORDS = ["enum", "const", "minLength", "maxLength"] as const;

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

const explainBound = (schema: Schema, keyword: string, at: string) =>
  `${place(at)} does not hold its '${keyword}', ${Number(schema[keyword])}`;

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

const BOUNDS: readonly (readonly [string, Bound])[] = [
  ["minimum", number((value, limit) => value >= limit)],
  ["maximum", number((value, limit) => value <= limit)],
  ["exclusiveMinimum", number((value, limit) => value > limit)],
  ["exclusiveMaximum", number((value, limit) => value < limit)],
  ["multipleOf", number((value, limit) => z.number().multipleOf(limit).safeParse(value).success)],
  ["minLength", characters((count, limit) => count >= limit)],
  ["maxLength", characters((count, limit) => count <= limit)],
];

/** The formats that strict schemas may name. */
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

/** With the names of the function and of a member, a message repeats less than 200 characters. */
const PLACE_CHARACTERS_MAX = 80;

/** Names a place in the arguments, for a message. */
export const place = (at: string): string =>
  at === "" ? "the whole" : shorten(at, PLACE_CHARACTERS_MAX);
