import { z } from "zod";

import { DECLARATIONS } from "../../src/http/api.ts";
import { describeApi } from "../../src/http/route/describe-api.ts";

const Schema = z.record(z.string(), z.unknown());
const Description = z.object({
  components: z.object({ schemas: z.record(z.string(), Schema) }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        parameters: z.array(
          z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema: Schema }),
        ),
        requestBody: z.object({ content: z.record(z.string(), z.unknown()) }).optional(),
        responses: z.record(z.string(), z.object({ content: z.unknown() })),
      }),
    ),
  ),
});
type Schema = z.infer<typeof Schema>;
type Operation = z.infer<typeof Description>["paths"][string][string];
const Content = z.object({ "application/json": z.object({ schema: Schema }) });

/**
 * Renders the types of the console's API client from the API description, which is made of the schemas that the routes
 * check with: one line for each named schema, and one for each operation.
 */
export function renderApiTypes(): string {
  const { components, paths } = Description.parse(describeApi(DECLARATIONS));
  const named = Object.entries(components.schemas).map(
    ([name, schema]) => `export type ${name} = ${renderType(schema)};`,
  );
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        `  "${method.toUpperCase()} ${path}": ${renderOperation(operation)};`,
    ),
  );
  return [HEADER, ...named, "", "export type Operations = {", ...operations, "};", ""].join("\n");
}

const HEADER = `/** Types of the service's API. \`npm run docs:types\` makes this file from the schemas of the routes: do not edit it. */
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
`;

function renderOperation({ parameters, requestBody, responses }: Operation): string {
  const listed = (place: string) => {
    const members = parameters
      .filter((one) => one.in === place)
      .map(({ name, required, schema }) => renderMember(name, schema, required));
    return members.length === 0 ? "{}" : `{ ${members.join("; ")} }`;
  };
  const body = requestBody ? renderContent(requestBody.content) : "never";
  const success = Object.entries(responses).find(([status]) => status.startsWith("2"))?.[1];
  return `{ path: ${listed("path")}; query: ${listed("query")}; body: ${body}; response: ${renderContent(success?.content)} }`;
}

function renderContent(content: unknown): string {
  const parsed = Content.safeParse(content);
  return parsed.success ? renderType(parsed.data["application/json"].schema) : "never";
}

const asSchema = (value: unknown): Schema => Schema.catch({}).parse(value);
const asSchemas = (value: unknown): Schema[] => z.array(Schema).catch([]).parse(value);

/** Renders a JSON Schema as a type of TypeScript. What it does not know is any JSON value. */
function renderType(schema: Schema): string {
  const { $ref, anyOf, oneOf, allOf, type } = schema;
  if (typeof $ref === "string") return $ref.slice($ref.lastIndexOf("/") + 1);
  if ("const" in schema) return JSON.stringify(schema["const"]);
  if (Array.isArray(schema["enum"])) {
    return schema["enum"].map((value) => JSON.stringify(value)).join(" | ");
  }
  if (anyOf ?? oneOf) return joined(asSchemas(anyOf ?? oneOf), " | ");
  if (allOf) return joined(asSchemas(allOf), " & ");
  if (Array.isArray(type)) {
    return type.map((one: unknown) => renderType({ ...schema, type: one })).join(" | ");
  }
  return renderKind(schema);
}

function renderKind(schema: Schema): string {
  switch (schema["type"]) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      return `(${renderType(asSchema(schema["items"]))})[]`;
    case "object":
      return renderObject(schema);
    default:
      return "Json";
  }
}

function renderObject({ properties, required, additionalProperties }: Schema): string {
  const needed = z.array(z.string()).catch([]).parse(required);
  const members = Object.entries(asSchema(properties)).map(([name, member]) =>
    renderMember(name, asSchema(member), needed.includes(name)),
  );
  if (members.length > 0) return `{ ${members.join("; ")} }`;
  if (additionalProperties === false) return "Record<string, never>";
  return `Record<string, ${renderType(asSchema(additionalProperties))}>`;
}

const renderMember = (name: string, schema: Schema, required: boolean) =>
  `${/^\w+$/.test(name) ? name : JSON.stringify(name)}${required ? "" : "?"}: ${renderType(schema)}`;

const joined = (schemas: readonly Schema[], sign: string) =>
  [...new Set(schemas.map((one) => `(${renderType(one)})`))].join(sign);
