/**
 * The JSON Schemas of strict functions: OpenAI's subset of JSON Schema, in which a model can be held to the schema.
 * Every object names all of its members and takes no other.
 */
import { shorten } from "../../shorten.ts";
import type { Schema } from "./schema.ts";
import { isSchema, resolveReference, typesOf } from "./schema.ts";

const DEPTH_MAX = 10;
/** Maximum number of keywords and names on the way to a schema: alternatives in alternatives are no levels. */
const PATH_MAX = 60;
const PROPERTIES_MAX = 5_000;
const ENUM_VALUES_MAX = 1_000;
/** Maximum number of schemas in a schema: alternatives and definitions are no members, and cost as much to read. */
const SCHEMAS_MAX = 10_000;
const NAME_CHARACTERS_MAX = 120_000;

const TYPES: ReadonlySet<string> = new Set([
  "string",
  "number",
  "integer",
  "boolean",
  "object",
  "array",
  "null",
]);
const KEYWORDS: ReadonlySet<string> = new Set([
  "$defs",
  "$id",
  "$ref",
  "$schema",
  "additionalProperties",
  "anyOf",
  "const",
  "definitions",
  "description",
  "enum",
  "examples",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "format",
  "items",
  "maxItems",
  "maxLength",
  "maximum",
  "minItems",
  "minLength",
  "minimum",
  "multipleOf",
  "pattern",
  "properties",
  "required",
  "title",
  "type",
]);

/** Keywords about the members of an object, which hold also where a schema does not name its type. */
const MEMBER_KEYWORDS = ["properties", "required", "additionalProperties"];

/**
 * Explains why a JSON Schema cannot be used for a function with `strict: true`, and names the place in the schema; null
 * if it can.
 */
export function findStrictProblem(root: Schema): string | null {
  if (root["type"] !== "object" || root["anyOf"] !== undefined) {
    return "the schema must have the type 'object', without 'anyOf' at its top.";
  }
  try {
    new StrictCheck(root).check(root, [], 0);
    return null;
  } catch (error) {
    if (error instanceof NotStrict) return error.message;
    throw error;
  }
}

class NotStrict extends Error {}

type Path = readonly string[];

class StrictCheck {
  readonly #root: Schema;
  #schemas = 0;
  #properties = 0;
  #values = 0;
  #characters = 0;

  constructor(root: Schema) {
    this.#root = root;
  }

  /** Checks one schema and the schemas in it. Throws a refusal of the first part that is not in the strict subset. */
  check(schema: unknown, path: Path, depth: number): void {
    if (!isSchema(schema)) throw refuse(path, "is not a schema: write an object");
    if (depth > DEPTH_MAX || path.length > PATH_MAX)
      throw refuse(path, `is nested deeper than ${DEPTH_MAX} levels`);
    if (++this.#schemas > SCHEMAS_MAX) {
      throw refuse(path, `the schema has more than ${SCHEMAS_MAX} schemas in it`);
    }
    for (const keyword of Object.keys(schema)) {
      if (!KEYWORDS.has(keyword)) {
        throw refuse(path, `'${shorten(keyword, 50)}' is not supported`);
      }
    }
    this.#checkKind(schema, path);
    for (const definitions of ["$defs", "definitions"]) {
      this.#checkEach(schema[definitions], [...path, definitions], 0);
    }
    const { anyOf, items } = schema;
    if (anyOf !== undefined) {
      if (!Array.isArray(anyOf) || anyOf.length === 0) throw refuse(path, "'anyOf' must be a list");
      for (const [at, each] of anyOf.entries()) {
        this.check(each, [...path, "anyOf", String(at)], depth);
      }
    }
    if (typesOf(schema).includes("array") && items === undefined) {
      throw refuse(path, "an array needs 'items'");
    }
    if (items !== undefined) this.check(items, [...path, "items"], depth + 1);
    const isObject = typesOf(schema).includes("object");
    if (isObject || MEMBER_KEYWORDS.some((keyword) => schema[keyword] !== undefined)) {
      this.#checkObject(schema, path, depth);
    }
  }

  #checkKind(schema: Schema, path: Path): void {
    const { type, enum: values, $ref: reference } = schema;
    const types = typesOf(schema);
    if (type !== undefined && (types.length === 0 || !types.every((each) => TYPES.has(each)))) {
      throw refuse(path, "'type' must name types of JSON");
    }
    if (reference !== undefined && resolveReference(this.#root, reference) === null) {
      throw refuse(path, "'$ref' must be '#' or lead to a member of '$defs'");
    }
    if (values !== undefined) {
      if (!Array.isArray(values) || values.length === 0 || !values.every(isScalar)) {
        throw refuse(path, "'enum' must be a list of texts, numbers, booleans or null");
      }
      this.#values += values.length;
      if (this.#values > ENUM_VALUES_MAX) {
        throw refuse(path, `the schema has more than ${ENUM_VALUES_MAX} values in 'enum'`);
      }
    }
    if (schema["const"] !== undefined && !isScalar(schema["const"])) {
      throw refuse(path, "'const' must be a text, a number, a boolean or null");
    }
    const isTyped = [type, schema["anyOf"], reference, values, schema["const"]].some(
      (each) => each !== undefined,
    );
    if (!isTyped) throw refuse(path, "a schema needs 'type', 'anyOf', '$ref', 'enum' or 'const'");
  }

  #checkObject(schema: Schema, path: Path, depth: number): void {
    const { properties = {}, required = [], additionalProperties } = schema;
    if (additionalProperties !== false) {
      throw refuse(path, "'additionalProperties' must be false");
    }
    if (!isSchema(properties)) throw refuse(path, "'properties' must be an object");
    const names = Object.keys(properties);
    const given: ReadonlySet<unknown> = new Set(Array.isArray(required) ? required : []);
    const missing = names.find((name) => !given.has(name));
    if (missing !== undefined || given.size !== names.length) {
      const which = missing === undefined ? "" : `; '${shorten(missing, 50)}' is missing`;
      throw refuse(path, `'required' must name every member of 'properties'${which}`);
    }
    this.#properties += names.length;
    this.#characters += names.join("").length;
    if (this.#properties > PROPERTIES_MAX || this.#characters > NAME_CHARACTERS_MAX) {
      throw refuse(path, `the schema has more than ${PROPERTIES_MAX} members, or too long names`);
    }
    this.#checkEach(properties, [...path, "properties"], depth + 1);
  }

  #checkEach(schemas: unknown, path: Path, depth: number): void {
    if (schemas === undefined) return;
    if (!isSchema(schemas)) throw refuse(path, "must be an object");
    for (const [name, each] of Object.entries(schemas)) this.check(each, [...path, name], depth);
  }
}

const isScalar = (value: unknown) => typeof value !== "object" || value === null;

/** With the names of the function and of a member, a message repeats less than 200 characters. */
const PLACE_CHARACTERS_MAX = 80;

const refuse = (path: Path, problem: string) =>
  new NotStrict(
    path.length === 0
      ? `${problem}.`
      : `in '${shorten(path.join("."), PLACE_CHARACTERS_MAX)}', ${problem}.`,
  );
