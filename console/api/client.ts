/** The client of the service's public API: typed by the routes' own schemas, authenticated by the session's cookie. */
import { once } from "./once.ts";
import type { Operations, Problem } from "./operations.ts";

/** The name of an operation: its method and path, such as `GET /v1/files`. */
export type OperationName = keyof Operations;

type Parts<Name extends OperationName> = {
  readonly path: Operations[Name]["path"];
  readonly query?: Optional<Operations[Name]["query"]>;
  readonly body?: Operations[Name]["body"];
};
type Optional<Query> = { readonly [Key in keyof Query]: Query[Key] | undefined };
/** The parameters of an operation, and the signal that ends the request. */
export type Call<Name extends OperationName> = (keyof Operations[Name]["path"] extends never
  ? Partial<Parts<Name>>
  : Parts<Name>) & { readonly signal?: AbortSignal };

/** A request, as `fetch`, an upload and `curl` need it. */
export type Request = { readonly method: string; readonly url: string; readonly body?: string };

/** The header that says for which project a request of the console is. Other sites cannot send it. */
const CONSOLE_HEADER = "x-edgewise-console";

let project: string | null = null;
let onSignedOut: () => void = () => {};
let onReply: (response: Response, sentAt: number) => void = () => {};
let era = 0;

/** Returns the number of the present session. A stream that began in the one before says nothing of this one. */
export const sessionEra = (): number => era;

/** Begins another session: somebody has signed in. */
export function beginSession(): void {
  era += 1;
}

/** Sets the project of all later requests; null for the operator's requests, which belong to no project. */
export function useProject(id: string | null): void {
  project = id;
}

/** Sets the function that is called when the service no longer knows the session. */
export function watchSignedOut(notice: () => void): void {
  onSignedOut = notice;
}

/** Sets the function that is called with each response, and with the browser's time of its request in milliseconds. */
export function watchReplies(notice: (response: Response, sentAt: number) => void): void {
  onReply = notice;
}

/** An error of the service, or of the way to it, in words for a person. */
export class ApiError extends Error {
  /** HTTP status; 0 if the service was not reached. */
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  readonly requestId: string | null;

  constructor(status: number, code: string, message: string, about: Partial<Problem> = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.param = about.error?.param ?? null;
    this.requestId = about.instance ?? null;
  }
}

/** Tests whether an error says that there is no such object, or not any more. */
export const isMissing = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 404;

/**
 * Calls an operation and returns its JSON. One that creates something does so once, though it is called again with the
 * same arguments after its reply was lost. Throws an `ApiError`; an aborted call throws the `AbortError` of `fetch`.
 */
export async function call<Name extends OperationName>(
  name: Name,
  options: Call<Name>,
): Promise<Operations[Name]["response"]> {
  const request = describe(name, options);
  const read = async (headers: Readonly<Record<string, string>>) => {
    const response = await send(request, options.signal, headers);
    return await readJson(response, options.signal);
  };
  if (request.method !== "POST") return await read({});
  return await once(JSON.stringify([project, request]), read, isAway);
}

/** Tests whether the service was away: it was not reached, or failed. What was asked of it may be done all the same. */
export const isAway = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 500);

async function readJson(response: Response, signal: AbortSignal | undefined) {
  try {
    return await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    // The connection broke before the end.
    throw unreachable();
  }
}

/** Calls an operation and returns its response as it arrives, for streams and for the bytes of files. */
export const open = <Name extends OperationName>(
  name: Name,
  options: Call<Name>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> => send(describe(name, options), options.signal, headers);

/** Describes the request of an operation. Members of a query that are undefined are left out. */
export function describe<Name extends OperationName>(
  name: Name,
  { path, query, body }: Partial<Parts<Name>>,
): Request {
  const [method = "GET", template = ""] = name.split(" ");
  const values = new Map<string, string>(Object.entries(path ?? {}));
  const filled = template.replaceAll(/\{(\w+)\}/g, (_whole, key: string) =>
    encodeURIComponent(values.get(key) ?? ""),
  );
  const search = formatQuery(query ?? {});
  const url = search === "" ? filled : `${filled}?${search}`;
  return body === undefined ? { method, url } : { method, url, body: JSON.stringify(body) };
}

function formatQuery(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const one of value) search.append(`${name}[]`, String(one));
    else if (isPlain(value) && value !== "") search.append(name, String(value));
  }
  return search.toString();
}

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** Returns the headers by which the service takes a request as one of the console. */
export const consoleHeaders = (): Record<string, string> => ({
  [CONSOLE_HEADER]: project ?? "operator",
});

/** Sends a request that was described, and throws an `ApiError` unless it succeeds. */
export async function send(
  { method, url, body }: Request,
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const response = await reach(url, {
    method,
    credentials: "same-origin",
    headers: {
      ...consoleHeaders(),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  });
  if (response.ok) return response;
  throw toApiError(response.status, await response.text());
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  const sentAt = Date.now();
  try {
    const response = await fetch(url, { ...init, redirect: "manual" });
    if (response.type === "opaqueredirect") throw accessEnded();
    onReply(response, sentAt);
    return response;
  } catch (error) {
    if (init.signal?.aborted || error instanceof ApiError) throw error;
    throw unreachable();
  }
}

/**
 * Makes the error of a request that was led elsewhere, and reports the end of the session. The service leads no request
 * of the console anywhere: Cloudflare Access in front of it does, to its page to sign in.
 */
function accessEnded(): ApiError {
  onSignedOut();
  return new ApiError(401, "access_ended", "Your sign-in through Cloudflare Access has ended.");
}

/** Makes the error of a request that did not reach the service. */
export const unreachable = (): ApiError =>
  new ApiError(
    0,
    "unreachable",
    navigator.onLine
      ? "The service does not answer. It may be restarting: nothing is lost, try again in a moment."
      : "You are offline. Nothing is lost: try again once the connection is back.",
  );

/** Makes the error of a response that is no success, and reports the end of the session. */
export function toApiError(status: number, text: string): ApiError {
  if (status === 401) onSignedOut();
  return readError(status, text);
}

function readError(status: number, text: string): ApiError {
  const problem = readProblem(text);
  const code = problem?.error?.code ?? "unknown";
  return new ApiError(
    status,
    code,
    problem?.error?.message ?? `The service answered with status ${status}.`,
    problem ?? {},
  );
}

/**
 * Makes the error of the event by which the service ends a stream, and reports the end of the session, unless the stream
 * began in an earlier one, `begun`.
 */
export function toStreamError(data: unknown, begun: number): ApiError {
  const error = data as Problem["error"]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the service's own event
  const status = STREAM_STATUS[error.code] ?? 400;
  if (status === 401 && begun === era) onSignedOut();
  return readError(status, JSON.stringify({ error }));
}

const STREAM_STATUS: Readonly<Record<string, number>> = {
  invalid_api_key: 401,
  missing_api_key: 401,
  not_found: 404,
  server_error: 500,
};

function readProblem(text: string): Partial<Problem> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" ? parsed : null;
  } catch {
    return null;
  }
}
