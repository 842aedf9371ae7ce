import { z } from "zod";

/** The most that is read of a response: an output must fit into a row. */
export const RESPONSE_BYTES_MAX = 1_000_000;
const HEADERS_MAX = 50;

const Status = z.number().int().min(200).max(599);
const QueryValue = z.union([z.string(), z.number(), z.boolean()]);
/** The header names that belong to the connection, which the runtime writes itself. */
const CONNECTION_HEADER =
  /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|keep-alive|expect|proxy-.*|cf-.*)$/i;

const HeaderName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, "is not a name that a header can have")
  .refine((name) => !CONNECTION_HEADER.test(name), "is a header that the service sends itself");
const HeaderValue = z
  .string()
  .max(8_192)
  // eslint-disable-next-line no-control-regex -- what a header may hold, which is all but controls
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, "holds characters that a header cannot");

/** What `http@1` is given. */
export const HttpWith = z
  .strictObject({
    url: z.string().min(1).max(8_192),
    method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
    /** Values may hold `{{secrets.NAME}}`, which is replaced when the call is made and nowhere else. */
    headers: z.record(HeaderName, HeaderValue).default({}),
    query: z.record(z.string(), QueryValue).default({}),
    /** Sent as JSON; `body` is sent as it is. */
    json: z.unknown().optional(),
    body: z.string().optional(),
    /** What the response must be. `auto`: JSON when its content type says so, else text. */
    response: z.enum(["json", "text", "auto"]).default("auto"),
    max_bytes: z.number().int().min(1).max(RESPONSE_BYTES_MAX).default(RESPONSE_BYTES_MAX),
    /** Statuses that complete the step; without it, 200 to 299. */
    accept_status: z.array(Status).min(1).max(20).optional(),
    redirect: z.enum(["follow", "error"]).default("follow"),
  })
  .superRefine((given, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (given.json !== undefined && given.body !== undefined) {
      refuse("body", "give json or body, not both");
    }
    if ((given.method === "GET" || given.method === "HEAD") && hasBody(given)) {
      refuse(given.json === undefined ? "body" : "json", `${given.method} sends no body`);
    }
    const names = Object.keys(given.headers);
    if (names.length > HEADERS_MAX) refuse("headers", `at most ${HEADERS_MAX} headers are sent`);
    if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
      refuse("headers", "a header is given twice");
    }
    // A secret in an address would be in every log on the way.
    if (JSON.stringify([given.url, given.query]).includes("{{secrets.")) {
      refuse("url", "secrets can stand in the values of headers only");
    }
  });
export type HttpWith = z.infer<typeof HttpWith>;

function hasBody({ json, body }: { json?: unknown; body?: string | undefined }): boolean {
  return json !== undefined || body !== undefined;
}
