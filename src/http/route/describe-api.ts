import { z } from "zod";

import { PROBLEMS } from "../problem.ts";
import { KEY_CHARACTERS_MAX } from "../request/idempotency-key.ts";
import { VERSION } from "../version.ts";
import { COMPONENTS } from "./components.ts";
import { type Access, type Declaration, type Media, listRefusals } from "./declaration.ts";
import { ProblemBody } from "./problem-body.ts";

type Json = Record<string, unknown>;

const JSON_TYPE = "application/json";
const PROBLEM_TYPE = "application/problem+json";
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/**
 * Builds the OpenAPI 3.1 document of the given routes. Zod converts the schemas that also check the requests. A schema
 * with a name in `COMPONENTS` is printed once, and referred to elsewhere.
 */
export function describeApi(routes: readonly Declaration[]): Json {
  const schemas = new SchemaNames();
  schemas.add(ProblemBody, "Problem");
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const operation = describeOperation(route, schemas);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  const tags = [...new Set(routes.map(({ tag }) => tag))];
  return {
    openapi: "3.1.0",
    info: { title: "Edgewise", version: VERSION, description: ABOUT, license: LICENSE },
    servers: [{ url: "/" }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.print(),
      securitySchemes: {
        project: { type: "http", scheme: "bearer", description: "A project's key, `sk-ew-…`." },
        admin: { type: "http", scheme: "bearer", description: "The secret ADMIN_KEY." },
      },
    },
  };
}

const ABOUT =
  "Documents in, cited answers out, over OpenAI's API. Errors have one body: RFC 9457 members and OpenAI's `error`.";
const LICENSE = { name: "MIT", identifier: "MIT" };

/**
 * Makes a route's `operationId` for the OpenAPI document, from which client generators name functions. It is derived
 * from the summary: `Get a file` becomes `getFile`, and `List the files of a vector store` becomes
 * `listVectorStoreFiles`.
 */
export function formatOperationId({ summary }: Pick<Declaration, "summary">): string {
  const [verb = "", ...rest] = summary.replaceAll(/[^\w\s]/g, "").split(/\s+/);
  const ownerFirst = rest.join(" ").split(" of ").toReversed().join(" ").split(" ");
  const named = ownerFirst.filter((word) => !/^(?:a|an|the|its)$/i.test(word));
  return verb.toLowerCase() + named.map((word) => pascal(word.toLowerCase())).join("");
}

function describeOperation(route: Declaration, schemas: SchemaNames): Json {
  const { access, tag, summary, description, socket } = route;
  const requestBody = describeBody(route, schemas);
  return {
    operationId: formatOperationId(route),
    tags: [tag],
    summary,
    ...(description && { description }),
    security: SCHEMES[access].map((scheme) => ({ [scheme]: [] })),
    parameters: [...pathParameters(route), ...queryParameters(route), ...keyParameters(route)],
    ...(requestBody && { requestBody }),
    responses: { ...describeSuccess(route, schemas), ...describeRefusals(route) },
    // As in the description of Open Responses; OpenAPI has no form for messages.
    ...(socket && {
      "x-openresponses-websocket": {
        clientMessage: ref(
          schemas.add(socket.message, `${pascal(formatOperationId(route))}Message`),
        ),
        errorMessage: ref(schemas.add(socket.error, `${pascal(formatOperationId(route))}Error`)),
      },
    }),
  };
}

/** The security schemes of the description that open a route, by its access. */
const SCHEMES: Readonly<Record<Access, readonly string[]>> = {
  project: ["project"],
  admin: ["admin"],
  key: ["project", "admin"],
  public: [],
};

function describeBody(route: Declaration, schemas: SchemaNames): Json | null {
  const { body, bodyType = JSON_TYPE, example } = route;
  if (!body) return null;
  const schema = ref(schemas.add(body, `${pascal(formatOperationId(route))}Request`));
  const given = example.body === undefined ? {} : { example: example.body };
  return { required: true, content: { [bodyType]: { schema, ...given } } };
}

function describeSuccess(route: Declaration, schemas: SchemaNames): Json {
  const { response, status = 200, media = [], example } = route;
  const byStatus: Record<string, { description: string; content: Json }> = {};
  const at = (code: number) =>
    (byStatus[code] ??= { description: SUCCESS[code] ?? "Success", content: {} });
  if (response) {
    const schema = ref(schemas.add(response, `${pascal(formatOperationId(route))}Response`));
    const given = example.response === undefined ? {} : { example: example.response };
    at(status).content[JSON_TYPE] = { schema, ...given };
  }
  for (const one of media) describeMedia(at(one.status ?? status), one);
  return byStatus;
}

const SUCCESS: Readonly<Record<number, string>> = {
  101: "Switching protocols",
  200: "Success",
  202: "Accepted",
  204: "Nothing more",
  206: "A part",
  302: "Elsewhere",
  304: "Not modified",
};

function describeMedia(at: { description: string; content: Json }, media: Media): void {
  const { contentType, description, example, isByWords = false } = media;
  at.description = at.description.includes(description)
    ? at.description
    : `${at.description}. ${description}`;
  if (contentType !== "" && !isByWords)
    at.content[contentType] = { schema: { type: "string" }, example };
}

/** Describes one response per status, with the codes that have it. */
function describeRefusals(route: Declaration): Json {
  const byStatus = Map.groupBy(listRefusals(route), (code) => PROBLEMS[code].status);
  const content = { [PROBLEM_TYPE]: { schema: ref("Problem") } };
  return Object.fromEntries(
    Array.from(byStatus, ([status, codes]) => {
      const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(" ");
      return [String(status), { description, content }];
    }),
  );
}

function pathParameters({ params = {} }: Declaration): Json[] {
  return Object.entries(params).map(([name, { description, example }]) => ({
    name,
    in: "path",
    required: true,
    description,
    schema: { type: "string" },
    example,
  }));
}

function queryParameters({ query, example }: Declaration): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, PRINTED);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    ...(typeof schema === "object" && schema.description && { description: schema.description }),
    required: required.includes(name),
    schema,
    ...(example.query?.[name] !== undefined && { example: example.query[name] }),
  }));
}

/** Describes the header by which a request that creates something may be repeated. */
const keyParameters = ({ idempotency }: Declaration): Json[] =>
  idempotency === "by key" ? [KEY_PARAMETER] : [];

const KEY_PARAMETER = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "Your name of this request. For a day at least, the same request with the same key creates nothing again and gets what the first one has created, with the header `Idempotency-Replayed: true`.",
  schema: { type: "string", minLength: 1, maxLength: KEY_CHARACTERS_MAX },
};

const PRINTED = {
  io: "input",
  unrepresentable: "any",
  override: ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
    // Bounds of every integer in JavaScript, which would repeat on half of all members and say nothing.
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
} as const;

/**
 * The schemas of a document by name. A schema that already has a name, as a component or from another operation,
 * keeps it.
 */
class SchemaNames {
  readonly #registry = COMPONENTS;

  /** Gives a schema a name, unless it has one, and returns its name. */
  add(schema: z.ZodType, name: string): string {
    const known = this.#registry.get(schema)?.id;
    if (known !== undefined) return known;
    this.#registry.add(schema, { id: name });
    return name;
  }

  /** Prints all named schemas as JSON Schema. */
  print(): Json {
    const { schemas } = z.toJSONSchema(this.#registry, { ...PRINTED, uri: (id) => ref(id).$ref });
    return Object.fromEntries(
      Object.entries(schemas).map(([name, { $schema: _dialect, $id: _id, ...schema }]) => [
        name,
        schema,
      ]),
    );
  }
}

const pascal = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
