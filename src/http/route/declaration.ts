import type { z } from "zod";

import type { Refusal, RefusalCode } from "../../refusal.ts";
import type { OtherProperties } from "../request/other-properties.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Who may call a route: the bearer of a project's key, the bearer of the admin key, everybody. */
export type Access = "project" | "admin" | "public";

/** A path parameter. `read` returns null for a text that no id of this kind can have. */
export type Param<Value extends string = string> = {
  readonly read: (text: string) => Value | null;
  /** Names the thing in the 404, as in "No file found with id …". */
  readonly kind: string;
  readonly description: string;
  readonly example: string;
  /** The parameter may contain slashes, as names of models do; it must be the last one of its path. */
  readonly isGreedy?: true;
};
export type Params = Readonly<Record<string, Param>>;
export type ParamValues<P extends Params> = {
  readonly [Name in keyof P]: Exclude<ReturnType<P[Name]["read"]>, null>;
};

/** A body that is not JSON, by its content type. */
export type Media = {
  readonly contentType: string;
  readonly description: string;
  readonly status?: number;
};

/**
 * One operation of the API, declared: the router, the API description, the table of compatibility and the tests read
 * this and nothing else, so an operation that is not declared does not exist.
 */
export type Declaration = {
  readonly method: Method;
  /** As OpenAPI writes it, `/v1/files/{file_id}`. */
  readonly path: string;
  readonly access: Access;
  /** Not part of OpenAI's API. */
  readonly ours?: true;
  /** The group in the API description. */
  readonly tag: string;
  /** One line, imperative: "Upload a file". */
  readonly summary: string;
  readonly description?: string;
  readonly params?: Params;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Content type of the body; JSON without it. A route with another one reads its body itself. */
  readonly bodyType?: "multipart/form-data";
  /** Properties of OpenAI's request body that the schema leaves out: accepted without effect, or refused by name. */
  readonly others?: OtherProperties;
  /** The JSON body of a success; null when a success has no JSON body. */
  readonly response: z.ZodType | null;
  /** Status of a success; 200 without it. */
  readonly status?: 200 | 202;
  /** Other forms of a success, such as an event stream. */
  readonly media?: readonly Media[];
  /** What the route refuses, besides what every route with its access, parameters, query and body refuses. */
  readonly refusals?: readonly RefusalCode[];
  readonly example: {
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly response?: unknown;
  };
};

/** Refusals that follow from what a declaration has, together with its own. */
export function refusalsOf(declaration: Declaration): RefusalCode[] {
  const { access, params, query, body, bodyType, others, refusals = [] } = declaration;
  const readsJson = body !== undefined && bodyType === undefined;
  return [
    ...new Set<RefusalCode>([
      ...when(access !== "public", "missing_api_key", "invalid_api_key"),
      ...when(params !== undefined, "not_found"),
      ...when(query !== undefined || body !== undefined, "invalid_request", "unknown_parameter"),
      ...when(body !== undefined, "unsupported_media_type", "payload_too_large"),
      ...when(readsJson, "invalid_json"),
      ...when(others !== undefined, "unsupported_parameter"),
      ...refusals,
      "service_unavailable",
      "internal_error",
    ]),
  ];
}

const when = (holds: boolean, ...codes: RefusalCode[]) => (holds ? codes : []);

/** A success with headers of its own. */
export class Reply<Body> {
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;

  constructor(body: Body, headers: Readonly<Record<string, string>>) {
    this.body = body;
    this.headers = headers;
  }
}

/** A refusal with headers. */
export type RefusalWithHeaders = Refusal & { readonly headers?: Readonly<Record<string, string>> };
