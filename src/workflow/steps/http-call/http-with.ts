import { z } from "zod";

import { SecretText, SECRETS_IN_HEADERS_ONLY } from "./secrets/secret-text.ts";

/** Maximum size of a response that is read, in bytes: an output must fit into a row. */
const RESPONSE_BYTES_MAX = 1_000_000;
const HEADERS_MAX = 50;

const Status = z.number().int().min(200).max(599);
const QueryValue = z.union([z.string(), z.number(), z.boolean()]);
/** The headers of the connection, which the runtime sets itself. */
const CONNECTION_HEADER =
  /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|keep-alive|expect|proxy-.*|cf-.*)$/i;

const HeaderName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, "is not a valid header name")
  .refine((name) => !CONNECTION_HEADER.test(name), "is a header that the service sets itself");
const HeaderText = z
  .string()
  .max(8_192)
  // eslint-disable-next-line no-control-regex -- a header may contain all characters except controls
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, "contains characters that are invalid in a header");
const HeaderWithSecrets = z
  .instanceof(SecretText)
  .refine((value) => HeaderText.safeParse(String(value)).success, "is not valid in a header");
const HeaderValue = z.union([HeaderText, HeaderWithSecrets], { error: "expected a text" });

/**
 * The schema of the parameters of `http@1` when the step begins, with expressions evaluated. Only a `SecretText` in a
 * header refers to secrets; a text that looks like a reference does not.
 */
export const HttpCall = z
  .strictObject({
    url: z.string().min(1).max(8_192),
    method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
    headers: z.record(HeaderName, HeaderValue).default({}),
    query: z.record(z.string(), QueryValue).default({}),
    /** Sent as JSON; `body` is sent unchanged. */
    json: z.unknown().optional(),
    body: z.string().optional(),
    /** The format of the response. `auto`: JSON when the content type is JSON, else text. */
    response: z.enum(["json", "text", "auto"]).default("auto"),
    max_bytes: z.number().int().min(1).max(RESPONSE_BYTES_MAX).default(RESPONSE_BYTES_MAX),
    /** Statuses that complete the step; by default 200 to 299. */
    accept_status: z.array(Status).min(1).max(20).optional(),
    redirect: z.enum(["follow", "error"]).default("follow"),
  })
  .superRefine((given, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (given.json !== undefined && given.body !== undefined) {
      refuse("body", "write either json or body, not both");
    }
    if ((given.method === "GET" || given.method === "HEAD") && hasBody(given)) {
      refuse(given.json === undefined ? "body" : "json", `${given.method} cannot have a body`);
    }
    const names = Object.keys(given.headers);
    if (names.length > HEADERS_MAX) refuse("headers", `at most ${HEADERS_MAX} headers are sent`);
    if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
      refuse("headers", "two headers have the same name");
    }
  });
/** The parameters of an `http@1` step, with expressions evaluated, checked with the schema. */
export type HttpCall = z.infer<typeof HttpCall>;

/**
 * The schema of the parameters of `http@1` when a workflow is saved, before their expressions are evaluated. Values of
 * headers may contain `{{secrets.NAME}}`.
 */
export const HttpWith = HttpCall.superRefine((given, context) => {
  if (JSON.stringify([given.url, given.query]).includes("{{secrets.")) {
    context.addIssue({ code: "custom", path: ["url"], message: SECRETS_IN_HEADERS_ONLY });
  }
});

function hasBody({ json, body }: { json?: unknown; body?: string | undefined }): boolean {
  return json !== undefined || body !== undefined;
}
