import { z } from "zod";

import type { Exchange } from "./exchange.ts";

/** The properties of a request by which its answer is checked. */
export type Sent = {
  /** The request as it was sent. An answer may repeat words from it. */
  readonly text: string;
  readonly method: string;
  /** The error codes that the operation declares; null if the request may have reached another operation. */
  readonly codes: ReadonlySet<string> | null;
  /** True when the platform may answer instead of the service: its local proxy answers a broken body with 500. */
  readonly isForPlatform: boolean;
};

const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  error: z.strictObject({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
  }),
  errors: z
    .array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() }))
    .optional(),
});

/**
 * Words of the inside: classes, bindings, tables, files, and what a runtime says of a program's own mistakes. No API
 * has them; a name that is also a word of the API, such as `vector_store`, is not among them.
 */
const INTERNAL =
  /\b\w+Object\b(?! )|\b(?:CATALOG|CORPUS_\d|VECTOR_STORES|SEARCH_SHARDS|CIRCUIT_BREAKERS|INGEST|SECRETS_KEY_\w+)\b|\b(?:kernel_(?:run|step|event|signal|pin)|file_upload|file_store|corpus_shard|api_key_\w+|project_grant|project_secret|waiting_tick|trigger_key|run_frame|ingest_workflow)\b|SQLITE_\w+|D1_\w*ERROR|\bsqlite\b|\.ts\b|node_modules|\bat async\b|workerd|miniflare|Zod|\b(?:Type|Range|Syntax|Reference)Error\b|Cannot read propert|is not (?:a function|iterable|defined)|Maximum call stack|\bundefined\b|\[object Object\]|\bDurable Object\b/;

/**
 * Checks the service's answer to a request of the HTTP fuzz by fixed rules. Returns one sentence for each problem. The
 * sentence is the same for all requests with the same problem.
 */
export function judge(sent: Sent, { answer, isHung }: Exchange): string[] {
  if (isHung) return ["has no complete answer in time"];
  if (sent.isForPlatform) return [];
  if (answer === null) return ["is closed without an answer"];
  const { status, headers, body } = answer;
  const problems: string[] = [];
  if (status >= 500) problems.push(`is answered with ${status}`);
  if (!(status >= 200 && status < 600)) problems.push("is answered without a status");
  if (status < 400 || sent.method === "HEAD") return problems;
  return [...problems, ...judgeError(sent, { status, type: headers.get("content-type"), body })];
}

function judgeError(
  { text, codes }: Sent,
  { status, type, body }: { status: number; type: string | undefined; body: string },
): string[] {
  if (type !== "application/problem+json")
    return [`has an error ${status} of the type ${type ?? "none"}`];
  const parsed = Problem.safeParse(parseJson(body));
  if (!parsed.success) return [`has an error ${status} of another shape`];
  const { error, detail, errors = [] } = parsed.data;
  const problems: string[] = [];
  if (parsed.data.status !== status) problems.push(`has an error that says ${parsed.data.status}`);
  if (codes && status !== 405 && !codes.has(error.code)) {
    problems.push(`is refused with ${error.code}, which the operation does not declare`);
  }
  const texts = [
    error.message,
    detail,
    error.param ?? "",
    ...errors.flatMap(({ path, message }) => [path, message]),
  ];
  const repeated = Math.max(...texts.map((one) => countRepeated(one, text)));
  if (repeated > REPEATED_MAX) problems.push("has an error that repeats too much of the request");
  const words = [error.message, detail, error.param ?? "", ...errors.map(({ message }) => message)];
  const inside = words.map((word) => findInternal(word, text)).find((found) => found !== null);
  return inside === undefined ? problems : [...problems, `has an error that says "${inside}"`];
}

/** Characters that a text of an error may repeat of its request. */
const REPEATED_MAX = 200;
/** Shorter pieces that a text shares with a request are words of the API. */
const PIECE_MIN = 30;

/** Counts the characters of a text that are repeated from a request: those in pieces that the request has too. */
function countRepeated(text: string, request: string): number {
  if (text.length <= REPEATED_MAX) return 0;
  const sources = [request, decode(request), decodeJson(request)];
  const has = (piece: string) => sources.some((source) => source.includes(piece));
  let count = 0;
  for (let at = 0; at + PIECE_MIN <= text.length; at++) {
    let end = at + PIECE_MIN;
    if (!has(text.slice(at, end))) continue;
    while (end < text.length && has(text.slice(at, end + 1))) end++;
    count += end - at;
    at = end - 1;
  }
  return count;
}

/** Decodes the escapes of JSON, as a parsed text has them. */
const decodeJson = (request: string): string =>
  request.replaceAll(/\\u([\da-f]{4})/gi, (_escape, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Finds a word of the inside that is not repeated from the request. */
function findInternal(message: string, request: string): string | null {
  const found = INTERNAL.exec(message)?.[0];
  return found === undefined || request.includes(found) || decode(request).includes(found)
    ? null
    : found;
}

/** Decodes what is percent-encoded in a request. */
const decode = (text: string): string =>
  text.replaceAll(/(?:%[\da-f]{2})+/gi, (encoded) =>
    Buffer.from(encoded.replaceAll("%", ""), "hex").toString(),
  );
