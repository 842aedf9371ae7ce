import { retryAfterMs } from "../../../kernel/rules/retry-after.ts";
import { FatalStepError, RetryLaterError } from "../../../kernel/rules/step-handler.ts";
import { PublicError } from "../../../public-error.ts";
import { hideSecrets, putSecrets, secretsIn } from "./header-secrets.ts";
import { firstHop, type Hop, HOPS_MAX, isRedirect, nextHop } from "./hop.ts";
import type { HttpWith } from "./http-with.ts";
import { readBeginning, readBody, readContent } from "./read-response.ts";
import { checkAddresses, checkTarget } from "./target.ts";

/** The dependencies of `http@1`. */
export type CallHttpDeps = {
  /** Sends one request. It follows no redirect. */
  send(hop: Hop, signal: AbortSignal): Promise<Response>;
  /**
   * Resolves a name to its IPv4 and IPv6 addresses; none when the name does not exist. Throws when the look-up
   * fails.
   */
  resolve(name: string, signal: AbortSignal): Promise<readonly string[]>;
  allowedHosts(): Promise<ReadonlySet<string>>;
  secret(name: string): Promise<string | null>;
  now(): number;
};

/** The output of `http@1`. */
export type HttpOutput = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

type Call = { readonly idempotencyKey: string; readonly signal: AbortSignal };

/**
 * Calls an external API for a step. Throws a PublicError for failures that the kernel retries, and a FatalStepError when
 * a retry would fail in the same way. Secrets are inserted here, and are removed from every output and error.
 */
export async function callHttp(
  deps: CallHttpDeps,
  given: HttpWith,
  { idempotencyKey, signal }: Call,
): Promise<HttpOutput> {
  const secrets = await readSecrets(deps, given.headers);
  const hide = (text: string) => hideSecrets(text, secrets);
  const headers = putSecrets(given.headers, secrets);
  if (!headers.ok)
    throw new FatalStepError(`The project has no secret '${headers.error}'. Set it first.`);
  try {
    const hop = firstHop(given, headers.value, idempotencyKey);
    const answer = await follow(deps, given, hop, signal);
    return await settle(answer, given, signal, hide, deps.now());
  } catch (error) {
    throw removeSecrets(error, signal, hide);
  }
}

async function readSecrets(deps: CallHttpDeps, headers: HttpWith["headers"]) {
  const secrets = new Map<string, string>();
  for (const name of secretsIn(headers)) {
    const value = await deps.secret(name);
    if (value !== null) secrets.set(name, value);
  }
  return secrets;
}

type Answer = { readonly hop: Hop; readonly response: Response };

async function follow(
  deps: CallHttpDeps,
  given: HttpWith,
  first: Hop,
  signal: AbortSignal,
): Promise<Answer> {
  const allowed = await deps.allowedHosts();
  let hop = first;
  for (let redirects = 0; ; redirects++) {
    await assertCallable(deps, hop, allowed, signal);
    signal.throwIfAborted();
    const response = await deps.send(hop, signal).catch((error: unknown) => throwLost(hop, error));
    const location = response.headers.get("location");
    const isWanted = given.accept_status?.includes(response.status) === true;
    if (isWanted || location === null || !isRedirect(response.status)) return { hop, response };
    response.body?.cancel().catch(() => {});
    if (given.redirect === "error") {
      throw new FatalStepError(
        `${describeCall(hop)} redirects, and the step follows no redirects.`,
      );
    }
    if (redirects >= HOPS_MAX) {
      throw new FatalStepError(`${describeCall(first)} redirects more than ${HOPS_MAX} times.`);
    }
    const next = nextHop(hop, response.status, location);
    if (!next) throw new FatalStepError(`${describeCall(hop)} redirects to an invalid URL.`);
    hop = next;
  }
}

/**
 * Checks every hop, since a redirect can lead to any target. Between this look-up and the runtime's own, the
 * addresses of the name may change: the runtime cannot connect to an address that was checked under a name. On
 * Cloudflare's network this gap is harmless, because private addresses are not routed from there.
 */
async function assertCallable(
  deps: CallHttpDeps,
  hop: Hop,
  allowed: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const target = checkTarget(hop.url, allowed);
  if (!target.ok) throw new FatalStepError(`The step may not make this call: ${target.error}.`);
  const { lookUp } = target.value;
  if (lookUp === null) return;
  const checked = checkAddresses(lookUp, await deps.resolve(lookUp, signal));
  if (!checked.ok) throw new FatalStepError(`The step may not make this call: ${checked.error}.`);
}

async function settle(
  { hop, response }: Answer,
  given: HttpWith,
  signal: AbortSignal,
  hide: (text: string) => string,
  now: number,
): Promise<HttpOutput> {
  const { status } = response;
  const isAccepted = given.accept_status?.includes(status) ?? (status >= 200 && status < 300);
  if (!isAccepted) throw await refusedBy(hop, response, signal, hide, now);
  const bytes = await readBody(response, given.max_bytes, signal).catch((error: unknown) =>
    throwLost(hop, error),
  );
  if (!bytes.ok) {
    throw new FatalStepError(
      `${describeCall(hop)} answered ${status} with more than ${given.max_bytes} bytes.`,
    );
  }
  const type = response.headers.get("content-type") ?? "";
  const body = readContent(bytes.value, type, given, hide);
  if (!body.ok)
    throw new FatalStepError(`${describeCall(hop)} answered ${status}, but it ${body.error}.`);
  const headers = HEADERS_KEPT.flatMap((header) => {
    const value = response.headers.get(header);
    return value === null ? [] : [[header, hide(value)]];
  });
  return { status, headers: Object.fromEntries(headers), body: body.value };
}

async function refusedBy(
  hop: Hop,
  response: Response,
  signal: AbortSignal,
  hide: (text: string) => string,
  now: number,
): Promise<Error> {
  const { status } = response;
  const soon = AbortSignal.any([signal, AbortSignal.timeout(REASON_TIMEOUT_MS)]);
  const reason = hide(await readBeginning(response, REASON_BYTES_MAX, soon)).trim();
  const message = `${describeCall(hop)} answered ${status}${reason && `: ${reason.slice(0, REASON_CHARACTERS_MAX)}`}`;
  const isTransient = status >= 500 || TRANSIENT.has(status);
  if (!isTransient) return new FatalStepError(message);
  const afterMs = retryAfterMs(response.headers.get("retry-after"), now);
  return afterMs > 0 ? new RetryLaterError(message, afterMs) : new PublicError(message);
}

/**
 * Removes secrets from an error. Redirects and the runtime's errors may repeat request data, so every message
 * passes through here.
 */
function removeSecrets(
  error: unknown,
  signal: AbortSignal,
  hide: (text: string) => string,
): unknown {
  if (error instanceof FatalStepError) return new FatalStepError(hide(error.message));
  if (error instanceof RetryLaterError) {
    return new RetryLaterError(hide(error.message), error.afterMs);
  }
  if (signal.aborted) return new PublicError("The call was aborted: the attempt has no time left.");
  return error instanceof PublicError ? new PublicError(hide(error.message)) : error;
}

/** Names the host that was not reached. The runtime's own error omits it, or shows it with the query. */
function throwLost(hop: Hop, error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  const { host } = new URL(hop.url);
  throw new PublicError(`${hop.method} ${host}: ${message.replaceAll(hop.url, host)}`);
}

/** Describes the call for users, without the query, which may contain private data. */
function describeCall(hop: Hop): string {
  const { origin, pathname } = new URL(hop.url);
  return `${hop.method} ${origin}${pathname.slice(0, 200)}`;
}

const HEADERS_KEPT = ["content-type", "location", "etag", "retry-after", "x-request-id"];
/** Timeout, too early, too many requests: another attempt may succeed. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429]);
const REASON_CHARACTERS_MAX = 300;
/**
 * Bytes of an error body that are read. Large enough that a long secret, cut off at the end, is outside the shown
 * characters.
 */
const REASON_BYTES_MAX = 256 * 1024;
/** Time to read an error body; after it, the error is reported without the body. */
const REASON_TIMEOUT_MS = 5_000;
