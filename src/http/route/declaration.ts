import type { z } from "zod";

import type { Refusal, RefusalCode } from "../../refusal.ts";
import type { OtherProperties } from "../request/other-properties.ts";

/** The HTTP methods of the API. */
export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** The callers that may use a route: the bearer of a project's key, the bearer of the admin key, or everyone. */
export type Access = "project" | "admin" | "public";

/** A path parameter. `read` returns null for a text that is not a valid id of this kind. */
export type Param<Value extends string = string> = {
  readonly read: (text: string) => Value | null;
  /** The kind of object in the 404 message, as in "No file found with id …". */
  readonly kind: string;
  readonly description: string;
  readonly example: string;
  /** True when the parameter may contain slashes, as model names do. It must be the last one of its path. */
  readonly isGreedy?: true;
};
/** The path parameters of a route, by name. */
export type Params = Readonly<Record<string, Param>>;
/** The values of path parameters, as handlers receive them. */
export type ParamValues<P extends Params> = {
  readonly [Name in keyof P]: Exclude<ReturnType<P[Name]["read"]>, null>;
};

/** A body that is not JSON, by its content type; an empty one for a success without a body. */
export type Media = {
  readonly contentType: string;
  readonly description: string;
  /** The text of such a body, or its beginning; null without a body. */
  readonly example: string | null;
  readonly status?: number;
};

/**
 * One declared operation of the API. The router, the API description, the compatibility table and the tests read
 * only declarations, so an undeclared operation does not exist.
 */
export type Declaration = {
  readonly method: Method;
  /** In OpenAPI's notation, `/v1/files/{file_id}`. */
  readonly path: string;
  readonly access: Access;
  /** True for operations that are not part of OpenAI's API. */
  readonly ours?: true;
  /** The group in the API description. */
  readonly tag: string;
  /** One line in the imperative: "Upload a file". */
  readonly summary: string;
  readonly description?: string;
  readonly params?: Params;
  /** The query. Without a schema, an operation takes no parameters, and public pages ignore them. */
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Content type of the body; JSON by default. A route with another content type reads its body itself. */
  readonly bodyType?: "multipart/form-data";
  /** Properties of OpenAI's request body that the schema omits: accepted without effect, or refused by name. */
  readonly others?: OtherProperties;
  /** The JSON body of a success; null when a success has no JSON body. */
  readonly response: z.ZodType | null;
  /** Status of a success; 200 by default. */
  readonly status?: 200 | 202;
  /** The JSON messages of the WebSocket that the operation opens: those of the client, and errors of the service. */
  readonly socket?: { readonly message: z.ZodType; readonly error: z.ZodType };
  /** Other forms of a success, such as an event stream. */
  readonly media?: readonly Media[];
  /** Refusals beyond those that follow from access, parameters, query and body. */
  readonly refusals?: readonly RefusalCode[];
  readonly example: {
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly response?: unknown;
  };
};

/** Lists all refusals of a route: those that follow from its declaration, and those that it declares. */
export function listRefusals(declaration: Declaration): RefusalCode[] {
  const { method, access, params, query, body, bodyType, others, refusals = [] } = declaration;
  const readsJson = body !== undefined && bodyType === undefined;
  return [
    ...new Set<RefusalCode>([
      ...when(access !== "public", "missing_api_key", "invalid_api_key"),
      ...when(params !== undefined, "not_found"),
      ...when(query !== undefined || body !== undefined, "invalid_request"),
      ...when(
        query !== undefined || body !== undefined || access !== "public",
        "unknown_parameter",
      ),
      ...when(body !== undefined, ...BODY_REFUSALS),
      ...when(readsJson, "invalid_json"),
      ...when(others !== undefined, "unsupported_parameter"),
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

const when = (holds: boolean, ...codes: RefusalCode[]) => (holds ? codes : []);

/** A successful response with its own headers. */
export class Reply<Body> {
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;

  constructor(body: Body, headers: Readonly<Record<string, string>>) {
    this.body = body;
    this.headers = headers;
  }
}

/** A refusal with its own headers. */
export type RefusalWithHeaders = Refusal & { readonly headers?: Readonly<Record<string, string>> };
