import type { z } from "zod";

import { findTooDeep, JSON_BYTES_MAX, JSON_DEPTH_MAX } from "../../bounds.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { shorten, shortenAll } from "../../shorten.ts";
import { replaceLoneSurrogates } from "../../surrogates.ts";
import type { AppContext } from "../app-env.ts";
import { dropNulls } from "./absent.ts";
import { BodyIncomplete, BodyReader } from "./body-reader.ts";
import { CHECKED_MAX, checksTooMany } from "./count-checked.ts";
import { describeIssue } from "./describe-issue.ts";
import { dropOthers, type OtherProperties } from "./other-properties.ts";

export type { OtherProperties } from "./other-properties.ts";

/** The longest time that a client may take to send one. */
const JSON_MS_MAX = 300_000;

/** Maximum number of unknown parameters that a refusal names. */
const NAMED_MAX = 10;

/** Reads the JSON body of a request, without checking it against a schema. */
export async function readSentJson(c: AppContext): Promise<Result<unknown, Refusal>> {
  const text = await readText(c);
  return text.ok ? parseSentJson(text.value, "body") : text;
}

/**
 * Checks a JSON body that `readSentJson` has read, and changes it. A property that is null counts as absent, unless the
 * schema gives null a meaning. `others` is the handling of properties that the schema does not have.
 */
export function checkSentJson<Schema extends z.ZodType>(
  c: AppContext,
  body: unknown,
  schema: Schema,
  others: OtherProperties = {},
): Result<z.output<Schema>, Refusal> {
  const read = checkBody(body, schema, others);
  if (!read.ok) return read;
  const { value, ignored } = read.value;
  if (ignored.length > 0) c.header(IGNORED_HEADER, ignored.join(", "));
  return ok(value);
}

/**
 * Parses a JSON text from a client: the body of a request, or a message on a socket. An empty text and `null` become
 * the empty object. Refuses invalid or too deeply nested JSON; `what` names the text in the message.
 */
export function parseSentJson(text: string, what: "body" | "message"): Result<unknown, Refusal> {
  // Before parsing: what reads a value by its schema recurses, and a stack that overflows is no answer.
  const deep = findTooDeep(text, JSON_DEPTH_MAX);
  if (deep !== null) return err(tooDeep(deep, what));
  try {
    return ok(text.trim() === "" ? {} : (JSON.parse(replaceLoneSurrogates(text)) ?? {}));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err({
      code: "invalid_json",
      message: `The ${what} could not be parsed as JSON: ${shorten(reason)}.`,
    });
  }
}

/** Names the members of the request's body that have no effect, as in `seed, messages[].name`. */
const IGNORED_HEADER = "x-edgewise-ignored";

/** The content of a body, and the names of its members without effect. */
type CheckedBody<Value> = { readonly value: Value; readonly ignored: readonly string[] };

/**
 * Checks a parsed JSON body against a schema, and applies `others` to properties that the schema does not have. Changes
 * `body`, so no other code may use it.
 */
export function checkBody<Schema extends z.ZodType>(
  body: unknown,
  schema: Schema,
  others: OtherProperties = {},
): Result<CheckedBody<z.output<Schema>>, Refusal> {
  if (checksTooMany(schema, body)) return err(TOO_MANY);
  const ignored = dropOthers(dropNulls(schema, body), others);
  if (!ignored.ok) return ignored;
  const checked = check(schema, body);
  return checked.ok ? ok({ value: checked.value, ignored: ignored.value }) : checked;
}

const TOO_MANY: Refusal = {
  code: "invalid_request",
  message: `The request has more than ${CHECKED_MAX} items in its lists and members in its objects. Send several requests.`,
};

/**
 * Reads and checks the query parameters of a request. Refuses parameters that the schema does not have. The parameter
 * `a[]`, which may be repeated, becomes the array `a`. An empty parameter counts as absent: OpenAI's clients write null
 * so.
 */
export function readQuery<Schema extends z.ZodType>(
  c: AppContext,
  schema: Schema,
): Result<z.output<Schema>, Refusal> {
  const entries = Object.entries(c.req.queries()).flatMap(([name, values]) => {
    const isList = name.endsWith("[]");
    const given = (isList ? values : values.slice(-1)).filter((value) => value !== "");
    if (given.length === 0) return [];
    return [isList ? [name.slice(0, -2), given] : [name, given[0]]];
  });
  return check(schema, Object.fromEntries(entries));
}

/**
 * Checks a value that a client sent against a schema. If it is invalid, the refusal reports the most specific of zod's
 * issues.
 */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Result<z.output<Schema>, Refusal> {
  const parsed = schema.safeParse(value, { error: describeIssue });
  if (parsed.success) return ok(parsed.data);
  const issue = pickIssue(parsed.error.issues);
  if (issue?.code === "unrecognized_keys") {
    const keys = issue.keys.slice(0, NAMED_MAX).map((key) => formatPath([...issue.path, key]));
    const unknown = shortenAll(keys);
    const [param = ""] = unknown;
    const named = unknown.map((one) => `'${one}'`).join(", ");
    const message =
      unknown.length === 1
        ? `Unknown parameter: ${named}. Leave it out; GET /openapi.json lists those of each endpoint.`
        : `Unknown parameters: ${named}. Leave them out; GET /openapi.json lists those of each endpoint.`;
    return err({ code: "unknown_parameter", message, param });
  }
  const param = issue && issue.path.length > 0 ? formatPath(issue.path) : null;
  const message = issue?.message ?? "The request is not valid";
  const isWhole = !param && issue?.code !== "invalid_type";
  return err({
    code: "invalid_request",
    message: isWhole ? `${message}.` : `Invalid ${param ? `'${param}'` : "request"}: ${message}.`,
    param,
  });
}

const tooDeep = (member: string, what: string): Refusal => ({
  code: "invalid_request",
  message: `The ${what} is nested more than ${JSON_DEPTH_MAX} levels deep. Flatten its objects and arrays.`,
  param: member === "" ? null : shorten(member),
});

async function readText(c: AppContext): Promise<Result<string, Refusal>> {
  const type = c.req.header("content-type") ?? "application/json";
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    return err({
      code: "unsupported_media_type",
      message: `Send JSON with the header 'Content-Type: application/json', not ${shorten(type)}.${isForm(type) ? FORM_ADVICE : ""}`,
    });
  }
  if (!c.req.raw.body) return ok("");
  const parts = await readParts(c.req.raw.body);
  if (!parts.ok) return parts;
  try {
    return ok(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(
        await new Blob(parts.value).arrayBuffer(),
      ),
    );
  } catch {
    return err({ code: "invalid_json", message: "The body is not valid UTF-8." });
  }
}

const isForm = (type: string) => /^application\/x-www-form-urlencoded\b/i.test(type);
const FORM_ADVICE =
  " curl sends -d as a form unless you add -H 'Content-Type: application/json'; use JSON.stringify, not URLSearchParams.";

async function readParts(body: ReadableStream): Promise<Result<Uint8Array[], Refusal>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of new BodyReader(body, JSON_MS_MAX).chunks()) {
      size += part.byteLength;
      if (size > JSON_BYTES_MAX) return err(JSON_TOO_LARGE);
      parts.push(part);
    }
    return ok(parts);
  } catch (error) {
    if (error instanceof BodyIncomplete) return err(error.refusal);
    throw error;
  }
}

const JSON_TOO_LARGE: Refusal = {
  code: "payload_too_large",
  message: `The body is larger than ${JSON_BYTES_MAX / 1024 / 1024} MB. Upload large texts as files.`,
};

/** Picks the issue to report. An unknown key is usually a typo of the missing one, so it is reported first. */
function pickIssue(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  return issues.find((issue) => issue.code === "unrecognized_keys") ?? pickDeepest(issues);
}

/** Picks the most specific issue: in a union, the issue of the branch that matched furthest. */
function pickDeepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const [first] = issues;
  if (first?.code !== "invalid_union") return first;
  const branches = first.errors
    .map((branch) => pickDeepest(branch))
    .filter((issue) => issue !== undefined);
  const inner = branches.toSorted((a, b) => b.path.length - a.path.length)[0];
  if (!inner || inner.path.length === 0) return first;
  return { ...inner, path: [...first.path, ...inner.path] };
}

/** Formats a path: `["tools", 0, "type"]` → `tools[0].type`. Names that the caller chose are shortened. */
function formatPath(path: readonly PropertyKey[]): string {
  const names = path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text ? `${text}.${String(part)}` : String(part);
  }, "");
  return shorten(names);
}
