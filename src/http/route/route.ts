import { z } from "zod";

import type { RefusalWithHeaders } from "../../refusal.ts";
import { notFound } from "../../refusal.ts";
import type { RequestKey } from "../../request-key.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AppContext } from "../app-env.ts";
import { problem } from "../problem.ts";
import { readRequestKey } from "../request/idempotency-key.ts";
import { inflateBody } from "../request/inflate-body.ts";
import { checkSentJson, readQuery, readSentJson } from "../request/request.ts";
import { type Declaration, type Params, type ParamValues, Reply } from "./declaration.ts";
import { declareWatched, dropStream } from "./watched.ts";

/** A declared route with its handler, which gets the checked request and its dependencies. */
export type Route<Deps> = Declaration & {
  readonly handle: (c: AppContext, deps: Deps) => Promise<Response>;
};

/**
 * The argument of a route's handler: the parameters, query and body of a request, which were checked as the route
 * declares, and the handler's dependencies.
 */
export type Input<Deps, P extends Params, Query, Body> = {
  readonly c: AppContext;
  readonly deps: Deps;
  readonly params: ParamValues<P>;
  readonly query: Query;
  readonly body: Body;
  /** The request's idempotency key; null without one, and where the route is not idempotent by key. */
  readonly key: RequestKey | null;
};

type DeclaredParams<D extends Declaration> = D["params"] extends Params ? D["params"] : NoParams;
type NoParams = Readonly<Record<string, never>>;
type SchemaOr<Schema, Otherwise> = Schema extends z.ZodType ? z.output<Schema> : Otherwise;
type DeclaredBody<D extends Declaration> = D["response"] extends z.ZodType
  ? Immutable<z.input<D["response"]>>
  : never;
type Immutable<Value> = Value extends readonly (infer Element)[]
  ? readonly Immutable<Element>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Immutable<Value[Key]> }
    : Value;
/** A JSON body, a JSON body with headers, or a complete response where the body is not JSON. */
type Outcome<Body> = Result<Body | Reply<Body> | Response, RefusalWithHeaders>;

/**
 * Returns a function that declares a route with its handler, for routes whose handlers have the dependencies `Deps`.
 *
 * ```ts
 * const route = routesWith<FileDeps>();
 * export const fileRoutes = [
 *   route(
 *     { method: "GET", path: "/v1/files/{file_id}", params: { file_id: FILE_PARAM }, response: FileBody, … },
 *     async ({ deps, params }) => {
 *       const file = await deps.get(params.file_id);
 *       return file ? ok(fileBody(file)) : err(notFound("file", params.file_id));
 *     },
 *   ),
 * ];
 * ```
 */
export const routesWith =
  <Deps>() =>
  <const D extends Declaration>(
    declaration: D,
    handler: (
      input: Input<
        Deps,
        DeclaredParams<D>,
        SchemaOr<D["query"], undefined>,
        SchemaOr<D["body"], undefined>
      >,
    ) => Promise<Outcome<DeclaredBody<D>>> | Outcome<DeclaredBody<D>>,
  ): Route<Deps> => {
    const declared = declaration.watched ? declareWatched(declaration) : declaration;
    const handle = async (c: AppContext, deps: Deps) => {
      const input = await readInput(c, declared);
      if (!input.ok) return problem(c, input.error, input.error.headers);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- read by the same schemas that the declaration's type derives from
      const outcome = await handler({ c, deps, ...input.value } as Parameters<typeof handler>[0]);
      if (!outcome.ok) return problem(c, outcome.error, outcome.error.headers);
      return render(c, outcome.value, declared.status ?? 200);
    };
    return { ...declared, handle };
  };

type Read = {
  params: Record<string, string>;
  query: unknown;
  body: unknown;
  key: RequestKey | null;
};

/** Reads the id, then the query, then the body, and refuses the first that is wrong. */
async function readInput(
  c: AppContext,
  declaration: Declaration,
): Promise<Result<Read, RefusalWithHeaders>> {
  const { access, params = {}, query, body, bodyType, others, watched } = declaration;
  const values: Record<string, string> = {};
  for (const [name, param] of Object.entries(params)) {
    const text = c.req.param(name) ?? "";
    const value = param.read(text);
    if (value === null) return err(notFound(param.kind, text));
    values[name] = value;
  }
  // Links to pages and checks of health carry parameters of their own, such as `utm_source`.
  const isPage = access === "public" && query === undefined;
  const readQueryValue = isPage ? ok(undefined) : readQuery(c, query ?? NO_QUERY);
  if (!readQueryValue.ok) return readQueryValue;
  const refused = body && inflateBody(c);
  if (refused) return err(refused);
  const readsJson = body !== undefined && bodyType === undefined;
  const sent = readsJson ? await readSentJson(c) : ok(null);
  if (!sent.ok) return sent;
  // Before the check, which changes what was sent, and fills in defaults that another build may not have.
  const key = await readRequestKey(c, declaration, values, sent.value);
  if (!key.ok) return key;
  const checked = readsJson ? checkSentJson(c, sent.value, body, others) : ok(undefined);
  if (!checked.ok) return checked;
  const asked = watched ? dropStream(readQueryValue.value) : readQueryValue.value;
  const read = { params: values, query: asked, body: checked.value };
  return ok({ ...read, key: key.value });
}

/** The query of a route that declares none. */
const NO_QUERY = z.strictObject({});

function render(c: AppContext, value: unknown, status: 200 | 202): Response {
  if (value instanceof Response) return value;
  const { body, headers } = value instanceof Reply ? value : { body: value, headers: {} };
  return c.body(JSON.stringify(body), status, { ...headers, "content-type": "application/json" });
}
