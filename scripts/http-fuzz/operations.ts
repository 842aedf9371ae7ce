import { z } from "zod";

/** A JSON Schema in the API description. */
export type Schema = Readonly<Record<string, unknown>>;

/** A parameter of an operation. */
type Parameter = {
  readonly name: string;
  readonly schema: Schema;
  readonly example: string | null;
};

/** An operation of the API, as `GET /openapi.json` describes it. */
export type Operation = {
  readonly method: string;
  readonly path: string;
  readonly access: "project" | "admin" | "public";
  readonly params: readonly Parameter[];
  readonly query: readonly Parameter[];
  readonly body: {
    readonly type: string;
    readonly schema: Schema;
    readonly example?: unknown;
  } | null;
  /** The error codes that the operation may answer with. */
  readonly codes: ReadonlySet<string>;
};

/** The operations of a running service, and the schemas to which they refer. */
export type Api = {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, Schema>>;
};

const JsonSchema = z.record(z.string(), z.unknown());
const Described = z.object({
  security: z.array(z.record(z.string(), z.unknown())),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.enum(["path", "query", "header"]),
        schema: JsonSchema,
        example: z.unknown().optional(),
      }),
    )
    .default([]),
  requestBody: z
    .object({
      content: z.record(
        z.string(),
        z.object({ schema: JsonSchema, example: z.unknown().optional() }),
      ),
    })
    .optional(),
  responses: z.record(z.string(), z.object({ description: z.string() })),
});
const Description = z.object({
  paths: z.record(z.string(), z.record(z.string(), Described)),
  components: z.object({ schemas: z.record(z.string(), JsonSchema) }),
});

/** Reads the API description of a running service. */
export async function readApi(url: string): Promise<Api> {
  const response = await fetch(`${url}/openapi.json`);
  const { paths, components } = Description.parse(await response.json());
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => readOperation(method, path, described)),
  );
  return { operations, schemas: components.schemas };
}

function readOperation(
  method: string,
  path: string,
  { security, parameters, requestBody, responses }: z.output<typeof Described>,
): Operation {
  const ofKind = (kind: "path" | "query") =>
    parameters.flatMap(({ name, in: where, schema, example }) =>
      where === kind
        ? [{ name, schema, example: typeof example === "string" ? example : null }]
        : [],
    );
  const [content] = Object.entries(requestBody?.content ?? {});
  const [access] = security.flatMap((one) => Object.keys(one));
  const codes = Object.values(responses).flatMap(({ description }) =>
    Array.from(description.matchAll(/`(\w+)`:/g), ([, code]) => code ?? ""),
  );
  return {
    method: method.toUpperCase(),
    path,
    access: access === "project" || access === "admin" ? access : "public",
    params: ofKind("path"),
    query: ofKind("query"),
    body: content ? { type: content[0], ...content[1] } : null,
    codes: new Set(codes),
  };
}
