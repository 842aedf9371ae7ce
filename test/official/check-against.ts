import { dereference, type Schema, validate } from "@cfworker/json-schema";

/** A function that checks a value against a named schema of an API description, and returns the violations. */
export type Check = (schema: string, value: unknown) => string[];

/** Makes a function that checks values against the schemas of an OpenAPI description, from the description's text. */
export function checkAgainst(description: string): Check {
  const { components } = asJsonSchema(JSON.parse(description));
  const schemas: Record<string, Schema> = components.schemas;
  // Once for all checks: following the references of a description takes far longer than a check.
  const lookup = dereference({ components });
  return (name, value) => {
    const schema = schemas[name] ?? eventSchema(schemas, name);
    if (!schema) return [`There is no official schema for ${name}`];
    const { valid, errors } = validate(value, schema, "2020-12", lookup);
    return valid ? [] : errors.map((error) => `${error.instanceLocation}: ${error.error}`);
  };
}

function eventSchema(schemas: Record<string, Schema>, type: string): Schema | undefined {
  const found = Object.entries(schemas).find(([name, schema]) => {
    const member = schema.properties?.["type"];
    return name.endsWith("Event") && typeof member === "object" && member.enum?.[0] === type;
  });
  return found?.[1];
}

/**
 * Converts an OpenAPI description to JSON Schema: replaces `nullable` of older OpenAPI versions, and removes examples,
 * in which the validator would take properties such as `id` for keywords.
 */
export function asJsonSchema<Value>(value: Value): Value {
  const text = JSON.stringify(value, (name, member: unknown) =>
    EXAMPLES.has(name) && !isSchema(member) ? undefined : orNull(member),
  );
  return JSON.parse(text);
}

function orNull(member: unknown): unknown {
  if (typeof member !== "object" || member === null) return member;
  if (!("nullable" in member) || member.nullable !== true) return member;
  const { nullable: _nullable, ...schema } = member;
  return { anyOf: [schema, { type: "null" }] };
}

const EXAMPLES = new Set(["example", "examples", "default", "x-oaiMeta"]);

const isSchema = (member: unknown) =>
  typeof member === "object" &&
  member !== null &&
  ("type" in member || "$ref" in member) &&
  !("id" in member);
