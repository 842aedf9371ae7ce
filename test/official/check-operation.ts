import { dereference, initialBaseURI, type Schema, validate } from "@cfworker/json-schema";

import { asJsonSchema } from "./check-against.ts";

/**
 * A function that checks the body of a response against the API description of its operation, and returns the
 * violations.
 */
export type CheckOperation = (method: string, path: string, body: unknown) => string[];

type Operation = {
  responses?: Record<string, { content?: Record<string, { schema?: Schema }> }>;
};

/** Makes a function that checks JSON responses against OpenAI's API description, by method and path. */
export function checkOperations(description: string): CheckOperation {
  const official = asJsonSchema(JSON.parse(description));
  const paths: Record<string, Record<string, Operation>> = official.paths;
  // References are followed once: in the components here, in the schema of a response at its first check.
  const lookup = dereference({ components: official.components });
  const known = new Set<string>();

  return (method, path, body) => {
    const template = Object.keys(paths).find((one) => buildPattern(one).test(path));
    const operation = template ? paths[template]?.[method.toLowerCase()] : undefined;
    const responses = Object.entries(operation?.responses ?? {});
    const [, success] = responses.find(([status]) => status.startsWith("2")) ?? [];
    const schema = success?.content?.["application/json"]?.schema;
    if (!schema) return [`There is no official schema for ${method} ${path}`];
    const pointer = `/${encodeURIComponent(`${method} ${template}`)}`;
    if (!known.has(pointer)) dereference(schema, lookup, initialBaseURI, pointer);
    known.add(pointer);
    const { valid, errors } = validate(body, schema, "2020-12", lookup);
    return valid ? [] : errors.map((error) => `${error.instanceLocation}: ${error.error}`);
  };
}

const buildPattern = (template: string) =>
  new RegExp(`^${template.replaceAll("?", "\\?").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
