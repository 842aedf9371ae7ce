import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, it } from "vitest";
import { z } from "zod";

import { DECLARATIONS } from "../../../src/http/api.ts";
import type { Declaration } from "../../../src/http/route/declaration.ts";
import { describeApi, formatOperationId } from "../../../src/http/route/describe-api.ts";

const formatName = ({ method, path }: Declaration) => `${method} ${path}`;

/** Lists the problems of a declaration's examples. An undeclared property is a problem. */
function findMistakes(declaration: Declaration): string[] {
  const { body, response, query, example } = declaration;
  const cases = [
    // The schema of a multipart body reads the texts of its fields, too.
    { part: "body", schema: body, value: example.body },
    { part: "response", schema: response, value: example.response },
    { part: "query", schema: example.query && query, value: example.query },
  ];
  return cases.flatMap(({ part, schema, value }) => {
    if (!schema) return [];
    const parsed = schema.safeParse(value);
    return parsed.success
      ? []
      : [`${formatName(declaration)}: the example of its ${part}: ${parsed.error.message}`];
  });
}

const METHODS = ["get", "post", "put", "delete"] as const;
const Content = z.record(
  z.string(),
  z.object({ schema: z.object({ $ref: z.string().optional() }), example: z.unknown().optional() }),
);
const Reference = z.object({ $ref: z.string() });
const nameOf = (ref = "") => ref.slice("#/components/schemas/".length);
const Described = z.object({
  operationId: z.string(),
  parameters: z
    .array(z.object({ name: z.string(), description: z.string().optional() }))
    .optional(),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content })),
  "x-openresponses-websocket": z
    .object({ clientMessage: Reference, errorMessage: Reference })
    .optional(),
});
type Described = z.infer<typeof Described>;
const Document = z.object({
  paths: z.record(z.string(), z.partialRecord(z.enum(METHODS), Described)),
});

/** Every operation as the document shows it to a generator of clients. */
const describedOperations = () =>
  Object.values(Document.parse(describeApi(DECLARATIONS)).paths).flatMap((operations) =>
    Object.values(operations),
  );

/** The bodies of an operation's request and success without an example, and those in JSON without a schema by name. */
function gapsIn({ operationId, requestBody, responses }: Described): string[] {
  const successes = Object.entries(responses).filter(([status]) => status < "300");
  const answers = successes.flatMap(([status, { content }]) =>
    Object.entries(content).map(([type, body]) => ({ part: `${status} ${type}`, type, body })),
  );
  const requests = Object.values(requestBody?.content ?? {}).map((body) => ({
    part: "request",
    type: "application/json",
    body,
  }));
  return [
    // The messages after an upgrade have no content type.
    ...(answers.length === 0 && !("101" in responses) ? [`${operationId} has no answer`] : []),
    ...[...requests, ...answers].flatMap(({ part, type, body: { schema, example } }) => [
      ...(type === "application/json" && !schema.$ref
        ? [`${operationId}: ${part} has no schema`]
        : []),
      ...(example === undefined || example === ""
        ? [`${operationId}: ${part} has no example`]
        : []),
    ]),
  ];
}

const Components = z.object({
  components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});
type Schemas = z.infer<typeof Components>["components"]["schemas"];

type DescribedProperty = { readonly place: string; readonly property: unknown };

/** Lists the properties in a schema, at every depth. Every body is a named schema. */
function listProperties(schema: unknown, place: string): DescribedProperty[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, inner]) => {
    if (VALUES.has(keyword)) return [];
    if (keyword !== "properties") return listProperties(inner, place);
    return Object.entries(z.record(z.string(), z.unknown()).parse(inner)).flatMap(
      ([name, property]) => [
        { place: `${place}.${name}`, property },
        ...listProperties(property, `${place}.${name}`),
      ],
    );
  });
}

const listAllProperties = (schemas: Schemas) =>
  Object.entries(schemas).flatMap(([name, schema]) => listProperties(schema, name));

const BOUNDS = /\bup to ([\d,]*\d)|([\d,]*\d) to ([\d,]*\d)/g;

/** Lists the numbers in a property's schema: its bounds, its default, and those of its parts. */
function listNumbers(schema: unknown): number[] {
  if (typeof schema === "number") return [schema];
  return typeof schema === "object" && schema !== null
    ? Object.values(schema).flatMap(listNumbers)
    : [];
}

/** Keywords whose contents are data, no schemas. */
const VALUES = new Set(["default", "const", "enum", "examples"]);
const Property = z.object({
  description: z.string().min(1).optional(),
  $ref: z.string().optional(),
});

/** A property that refers to a named schema may leave the description to it. */
function isDescribed(property: unknown, schemas: Schemas): boolean {
  const { description, $ref = "" } = Property.parse(property);
  const named = schemas[$ref.replace("#/components/schemas/", "")];
  return description !== undefined || Property.safeParse(named).data?.description !== undefined;
}

const idOf = (summary: string) => formatOperationId({ summary });

/** The errors that every operation has, and those that follow from what it reads. */
function missingErrorsOf({ operationId, requestBody, responses }: Described): string[] {
  const expected = ["500", "503", ...(requestBody ? ["400", "413", "415"] : [])];
  return expected.flatMap((status) => {
    const problem = responses[status]?.content["application/problem+json"];
    return problem?.schema.$ref === "#/components/schemas/Problem"
      ? []
      : [`${operationId} does not describe ${status}`];
  });
}

describe("the API description", () => {
  it("is valid OpenAPI", async ({ expect }) => {
    const { valid, errors } = await new Validator().validate(describeApi(DECLARATIONS));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it("refers only to schemas that it has", ({ expect }) => {
    const text = JSON.stringify(describeApi(DECLARATIONS));
    const { components }: { components: { schemas: object } } = JSON.parse(text);
    const names = new Set(Array.from(text.matchAll(/"\$ref":"([^"]*)"/g), ([, name = ""]) => name));
    const known = Object.keys(components.schemas).map((name) => `#/components/schemas/${name}`);

    expect(names.size).toBeGreaterThan(20);
    expect([...names].filter((name) => !known.includes(name))).toEqual([]);
  });

  it("has every operation once, under a unique name", ({ expect }) => {
    const names = DECLARATIONS.map(formatName);
    const ids = DECLARATIONS.map(formatOperationId);

    expect(names).toEqual([...new Set(names)]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it("shows examples that match the schemas", ({ expect }) => {
    expect(DECLARATIONS.flatMap(findMistakes)).toEqual([]);
  });

  it("describes every parameter in a path", ({ expect }) => {
    const missing = DECLARATIONS.flatMap((declaration) => {
      const inPath = Array.from(declaration.path.matchAll(/\{(\w+)\}/g), ([, name]) => name ?? "");
      const declared = Object.keys(declaration.params ?? {});
      const differs = inPath.toSorted().join() !== declared.toSorted().join();
      return differs ? [`${formatName(declaration)} declares ${declared.join()}`] : [];
    });
    expect(missing).toEqual([]);
  });

  it("says what every parameter is for", ({ expect }) => {
    const silent = describedOperations().flatMap(({ operationId, parameters = [] }) =>
      parameters.flatMap(({ name, description }) =>
        description ? [] : [`${operationId}: ${name}`],
      ),
    );
    expect(silent).toEqual([]);
  });

  it("says what every property of a body is for, at every depth", ({ expect }) => {
    const { schemas } = Components.parse(describeApi(DECLARATIONS)).components;
    const properties = listAllProperties(schemas);
    const silent = properties.filter(({ property }) => !isDescribed(property, schemas));

    expect(properties.length).toBeGreaterThan(800);
    expect(
      silent.map(({ place }) => place),
      "Add .describe(…) where the property is declared.",
    ).toEqual([]);
  });

  it("names only bounds that the schema has: 'up to 16', '1 to 50'", ({ expect }) => {
    const { schemas } = Components.parse(describeApi(DECLARATIONS)).components;
    const requests = Object.entries(schemas).filter(([name]) => name.endsWith("Request"));
    const wrong = listAllProperties(Object.fromEntries(requests)).flatMap(({ place, property }) => {
      const { description = "" } = Property.parse(property);
      const bounds = listNumbers(property);
      const named = Array.from(description.matchAll(BOUNDS), (match) => match.slice(1)).flat();
      return named
        .flatMap((text) => (text === undefined ? [] : [Number(text.replaceAll(",", ""))]))
        .filter((bound) => !bounds.includes(bound))
        .map((bound) => `${place}: ${bound} is none of ${bounds.join()}`);
    });
    expect(wrong, "Correct the description, or say 'at most' where no keyword holds it.").toEqual(
      [],
    );
  });

  it("describes every success: a JSON body, or another form of it", ({ expect }) => {
    const silent = DECLARATIONS.filter(({ response, media = [] }) => !response && !media.length);
    expect(silent.map(formatName)).toEqual([]);
  });

  it("describes more than 75 operations with schemas, examples and errors", ({ expect }) => {
    const operations = describedOperations();

    expect(operations.length).toBeGreaterThan(75);
    expect(operations).toHaveLength(DECLARATIONS.length);
    expect(operations.filter(({ requestBody }) => requestBody).length).toBeGreaterThan(25);
    expect(operations.flatMap(gapsIn)).toEqual([]);
    expect(operations.flatMap(missingErrorsOf)).toEqual([]);
  });

  it("describes the messages of a WebSocket", ({ expect }) => {
    const { paths } = Document.parse(describeApi(DECLARATIONS));
    const { components } = Components.parse(describeApi(DECLARATIONS));
    const socket = paths["/v1/responses"]?.get?.["x-openresponses-websocket"];
    const message = components.schemas[nameOf(socket?.clientMessage.$ref)];

    expect(message).toMatchObject({ properties: { type: { const: "response.create" } } });
    expect(message?.["properties"]).not.toHaveProperty("stream");
    expect(components.schemas[nameOf(socket?.errorMessage.$ref)]).toMatchObject({
      properties: { type: { const: "error" } },
    });
  });

  it("names an operation for a function: the owner before what it owns", ({ expect }) => {
    expect(idOf("Create an API key")).toBe("createApiKey");
    expect(idOf("List the files of a vector store")).toBe("listVectorStoreFiles");
    expect(idOf("Add items to a conversation")).toBe("addItemsToConversation");
  });

  // A client with a type `File` or `Response` of its own cannot name the platform's: an upload did not compile.
  it("has no schema with the name of a global", ({ expect }) => {
    const document = JSON.stringify(describeApi(DECLARATIONS));
    const { components }: { components: { schemas: object } } = JSON.parse(document);

    expect(Object.keys(components.schemas).filter((name) => name in globalThis)).toEqual([]);
  });
});
