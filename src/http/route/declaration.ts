import type { z } from "zod";

import type { RefusalCode } from "../../refusal.ts";
import type { OtherProperties } from "../request/other-properties.ts";

/** The HTTP methods of the API. */
export type Method = "GET" | "POST" | "PUT" | "DELETE";

/**
 * The callers that a route accepts: those with a project's API key, those with the admin key, those with either key, or
 * everyone.
 */
export type Access = "project" | "admin" | "key" | "public";

/**
 * The declaration of a path parameter. `read` parses the parameter's text, and returns null if it is not a valid id of
 * this kind.
 */
export type Param<Value extends string = string> = {
  readonly read: (text: string) => Value | null;
  /** The type of object that the parameter names, for the 404 message: "No file found with id …". */
  readonly kind: string;
  readonly description: string;
  readonly example: string;
  /** True if the value may contain slashes, like the names of models. Only the last parameter of a path can. */
  readonly isGreedy?: true;
};
/** The declarations of a route's path parameters, by name. */
export type Params = Readonly<Record<string, Param>>;
/** The parsed path parameters of a request, by name, as handlers receive them. */
export type ParamValues<P extends Params> = {
  readonly [Name in keyof P]: Exclude<ReturnType<P[Name]["read"]>, null>;
};

/**
 * The description of a successful response that is not JSON. An empty `contentType` stands for a response without a
 * body.
 */
export type Media = {
  readonly contentType: string;
  readonly description: string;
  /** An example of the body, or of its beginning; null if there is no body. */
  readonly example: string | null;
  readonly status?: number;
  /**
   * True to describe this form by words alone: generated clients take the type of an answer from all forms that are
   * described by their types.
   */
  readonly isByWords?: boolean;
};

/**
 * The declaration of a route: path, parameters, schemas, refusals and description. The router, the API description, the
 * compatibility table and the tests are made from declarations alone, so an undeclared route cannot exist.
 */
export type Declaration = {
  readonly method: Method;
  /** The path in OpenAPI's notation, such as `/v1/files/{file_id}`. */
  readonly path: string;
  readonly access: Access;
  /** True for an extension by Edgewise, a route that OpenAI's API does not have. */
  readonly ours?: true;
  /** The group of the route in the API description. */
  readonly tag: string;
  /** One line for the API description, in the imperative: "Upload a file". */
  readonly summary: string;
  readonly description?: string;
  readonly params?: Params;
  /** The schema of the query. A route without one refuses all query parameters; public pages ignore them. */
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Content type of the body; JSON by default. The handler of a route with another type reads the body itself. */
  readonly bodyType?: "multipart/form-data";
  /**
   * The properties of OpenAI's request body that the schema lacks. Each is accepted without effect, or refused by name.
   */
  readonly others?: OtherProperties;
  /**
   * The effect of a repeated request, for every POST. `by key`: with the same `Idempotency-Key` it creates nothing
   * again. Otherwise the reason why it needs no key, or why a key cannot serve it.
   */
  readonly idempotency?: "by key" | { readonly withoutKey: string };
  /** The schema of the JSON body of a successful response; null if it has no JSON body. */
  readonly response: z.ZodType | null;
  /**
   * True if clients can watch the answer of this GET: with `stream=true` it comes as server-sent events, each time that
   * it differs.
   */
  readonly watched?: true;
  /** The members of a watched answer that differ with each reading, such as the time of it. They are no change. */
  readonly volatile?: readonly string[];
  /** The HTTP status of a successful response; 200 by default. */
  readonly status?: 200 | 202;
  /** The JSON messages of the WebSocket that the operation opens: those of the client, and errors of the service. */
  readonly socket?: { readonly message: z.ZodType; readonly error: z.ZodType };
  /** Other forms of a successful response, such as an event stream. */
  readonly media?: readonly Media[];
  /**
   * The codes of refusals that the handler may return, besides those that follow from the route's access, parameters,
   * query and body.
   */
  readonly refusals?: readonly RefusalCode[];
  readonly example: {
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly response?: unknown;
  };
};

/**
 * Lists all codes of refusals that a route may return: those of its handler, and those that follow from its
 * declaration.
 */
export function listRefusals(declaration: Declaration): RefusalCode[] {
  const { method, access, params, query, body, bodyType, others, idempotency } = declaration;
  const { refusals = [] } = declaration;
  const readsJson = body !== undefined && bodyType === undefined;
  return [
    ...new Set<RefusalCode>([
      ...when(access !== "public", "missing_api_key", "invalid_api_key", "origin_not_allowed"),
      ...when(params !== undefined, "not_found"),
      ...when(query !== undefined || body !== undefined, "invalid_request"),
      ...when(
        query !== undefined || body !== undefined || access !== "public",
        "unknown_parameter",
      ),
      ...when(body !== undefined, ...BODY_REFUSALS),
      ...when(readsJson, "invalid_json"),
      ...when(others !== undefined, "unsupported_parameter"),
      ...when(idempotency === "by key", ...KEY_REFUSALS),
      ...refusals,
      ...when(method !== "GET", "storage_full"),
      "service_unavailable",
      "internal_error",
    ]),
  ];
}

/** Refusals of a body that cannot be read. */
const BODY_REFUSALS = [
  "unsupported_media_type",
  "payload_too_large",
  "request_timeout",
  "invalid_request",
] as const satisfies readonly RefusalCode[];

/** Refusals of a request with an idempotency key. */
const KEY_REFUSALS = [
  "invalid_request",
  "idempotency_key_reused",
  "idempotency_key_spent",
  "idempotency_key_late",
] as const satisfies readonly RefusalCode[];

const when = (holds: boolean, ...codes: RefusalCode[]) => (holds ? codes : []);

/** The effect of a repeated POST that changes what exists. */
export const CHANGES = { withoutKey: "Repeated, it leaves what it changes as it is." } as const;
/** The effect of a repeated POST that only computes or reads. */
export const CREATES_NOTHING = { withoutKey: "It creates nothing that is kept." } as const;

/** A successful response body with additional HTTP headers. Handlers return it in place of a plain body. */
export class Reply<Body> {
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;

  constructor(body: Body, headers: Readonly<Record<string, string>>) {
    this.body = body;
    this.headers = headers;
  }
}
