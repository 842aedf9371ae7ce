import { type Schema, Validator } from "@cfworker/json-schema";

/** What is wrong with a value, in words; nothing when it is as the schema of that name says. */
export type Check = (schema: string, value: unknown) => string[];

/** A check against the schemas of an OpenAPI description, given as its text. */
export function checkAgainst(description: string): Check {
  const { components } = asJsonSchema(JSON.parse(description));
  const schemas: Record<string, Schema> = components.schemas;
  return (name, value) => {
    const schema = name in schemas ? name : eventSchema(schemas, name);
    if (!schema) return [`There is no official schema for ${name}`];
    const root = { $ref: `#/components/schemas/${schema}`, components };
    const { valid, errors } = new Validator(root, "2020-12").validate(value);
    return valid ? [] : errors.map((error) => `${error.instanceLocation}: ${error.error}`);
  };
}

function eventSchema(schemas: Record<string, Schema>, type: string): string | undefined {
  const found = Object.entries(schemas).find(([name, schema]) => {
    const member = schema.properties?.["type"];
    return name.endsWith("Event") && typeof member === "object" && member.enum?.[0] === type;
  });
  return found?.[0];
}

/**
 * The description as JSON Schema: `nullable` of older OpenAPI is spelled out, and examples are left out, since they have
 * members such as `id`, which the validator takes for the schema's own.
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
