import { retryAfterMs } from "../../../kernel/rules/retry-after.ts";
import { FatalStepError, RetryLaterError } from "../../../kernel/rules/step-handler.ts";
import { PublicError } from "../../../public-error.ts";
import { shorten, shortenAll } from "../../../shorten.ts";
import type { Secret } from "../step-access.ts";
import { firstHop, type Hop, HOPS_MAX, isRedirect, nextHop } from "./hop.ts";
import type { HttpCall } from "./http-with.ts";
import { readBeginning, readBody, readContent } from "./read-response.ts";
import { isBoundTo } from "./secrets/bound-hosts.ts";
import { putSecrets, secretsIn } from "./secrets/header-secrets.ts";
import { SecretEchoes } from "./secrets/secret-echoes.ts";
import { checkAddresses, checkTarget } from "./target.ts";

/** The dependencies of `http@1`: sending requests, DNS, grants and secrets. */
export type CallHttpDeps = {
  /** Sends one request, without following redirects. */
  send(hop: Hop, signal: AbortSignal): Promise<Response>;
  /** Looks up the IPv4 and IPv6 addresses of a host name; none if it does not exist. Throws if the look-up fails. */
  resolve(name: string, signal: AbortSignal): Promise<readonly string[]>;
  allowedHosts(): Promise<ReadonlySet<string>>;
  secret(name: string): Promise<Secret | null>;
  now(): number;
};

/** The output of an `http@1` step: the status, headers and decoded body of the response. */
export type HttpOutput = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

type Attempt = { readonly idempotencyKey: string; readonly signal: AbortSignal };

/** A call in progress. */
type Call = Pick<Attempt, "signal"> & {
  readonly deps: CallHttpDeps;
  readonly given: HttpCall;
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly echoes: SecretEchoes;
};

/**
 * Runs an `http@1` step: calls an external API, following redirects. Throws a PublicError if a retry may help, and a
 * FatalStepError if it would fail in the same way. Secrets are inserted here, and are removed from every output and
 * error.
 */
export async function callHttp(
  deps: CallHttpDeps,
  given: HttpCall,
  { idempotencyKey, signal }: Attempt,
): Promise<HttpOutput> {
  const secrets = await readSecrets(deps, given.headers);
  const values = new Map(Array.from(secrets, ([name, { value }]) => [name, value] as const));
  const headers = putSecrets(given.headers, values);
  if (!headers.ok)
    throw new FatalStepError(`The project has no secret '${headers.error}'. Set it first.`);
  const call: Call = { deps, given, signal, secrets, echoes: new SecretEchoes(values) };
  try {
    return await settle(call, await follow(call, firstHop(given, headers.value, idempotencyKey)));
  } catch (error) {
    throw removeSecrets(call, error);
  }
}

async function readSecrets(deps: CallHttpDeps, headers: HttpCall["headers"]) {
  const secrets = new Map<string, Secret>();
  for (const name of secretsIn(headers)) {
    const secret = await deps.secret(name);
    if (secret !== null) secrets.set(name, secret);
  }
  return secrets;
}

type Answer = { readonly hop: Hop; readonly response: Response };

async function follow(call: Call, first: Hop): Promise<Answer> {
  const { deps, given, signal } = call;
  const allowed = await deps.allowedHosts();
  let hop = first;
  for (let redirects = 0; ; redirects++) {
    await assertCallable(call, hop, allowed);
    signal.throwIfAborted();
    const response = await deps
      .send(hop, signal)
      .catch((error: unknown) => throwLost(call, hop, error));
    const location = response.headers.get("location");
    const isWanted = given.accept_status?.includes(response.status) === true;
    if (isWanted || location === null || !isRedirect(response.status)) return { hop, response };
    response.body?.cancel().catch(() => {});
    if (given.redirect === "error") {
      throw new FatalStepError(
        `${describeCall(call, hop)} redirects, and the step follows no redirects.`,
      );
    }
    if (redirects >= HOPS_MAX) {
      throw new FatalStepError(
        `${describeCall(call, first)} redirects more than ${HOPS_MAX} times.`,
      );
    }
    const next = nextHop(hop, response.status, location);
    if (!next) throw new FatalStepError(`${describeCall(call, hop)} redirects to an invalid URL.`);
    hop = next;
  }
}

/**
 * Checks every hop, since a redirect can lead to any target. Between this look-up and the runtime's own, the
 * addresses of the name may change: the runtime cannot connect to an address that was checked under a name. On
 * Cloudflare's network this gap is harmless, because private addresses are not routed from there.
 */
async function assertCallable(
  { deps, secrets, signal }: Call,
  hop: Hop,
  allowed: ReadonlySet<string>,
): Promise<void> {
  const target = checkTarget(hop.url, allowed);
  if (!target.ok) throw new FatalStepError(`The step may not make this call: ${target.error}.`);
  const { url, lookUp } = target.value;
  for (const [name, { hosts }] of secrets) {
    if (hosts === null || isBoundTo(hosts, url)) continue;
    throw new FatalStepError(
      `The step may not make this call: the secret '${name}' is bound to ${shortenAll(hosts, BOUND_HOSTS_SHOWN).join(", ")}, and the call goes to '${shorten(url.host, 60)}'. If it may be sent there, add the host to the secret's hosts.`,
    );
  }
  if (lookUp === null) return;
  const checked = checkAddresses(lookUp, await deps.resolve(lookUp, signal));
  if (!checked.ok) throw new FatalStepError(`The step may not make this call: ${checked.error}.`);
}

async function settle(call: Call, { hop, response }: Answer): Promise<HttpOutput> {
  const { given, signal, echoes } = call;
  const { status } = response;
  const isAccepted = given.accept_status?.includes(status) ?? (status >= 200 && status < 300);
  if (!isAccepted) throw await refusedBy(call, { hop, response });
  const bytes = await readBody(response, given.max_bytes, signal).catch((error: unknown) =>
    throwLost(call, hop, error),
  );
  if (!bytes.ok) {
    throw new FatalStepError(
      `${describeCall(call, hop)} answered ${status} with more than ${given.max_bytes} bytes.`,
    );
  }
  const type = response.headers.get("content-type") ?? "";
  const body = readContent(bytes.value, type, given, (text) => echoes.remove(text));
  if (!body.ok)
    throw new FatalStepError(
      `${describeCall(call, hop)} answered ${status}, but it ${body.error}.`,
    );
  const headers = HEADERS_KEPT.flatMap((header) => {
    const value = response.headers.get(header);
    return value === null ? [] : [[header, echoes.remove(value)]];
  });
  return { status, headers: Object.fromEntries(headers), body: body.value };
}

async function refusedBy(call: Call, { hop, response }: Answer): Promise<Error> {
  const { deps, signal, echoes } = call;
  const { status } = response;
  const soon = AbortSignal.any([signal, AbortSignal.timeout(REASON_TIMEOUT_MS)]);
  const { text, isCut } = await readBeginning(response, REASON_BYTES_MAX, soon);
  const reason = (isCut ? echoes.removeFromCut(text) : echoes.remove(text)).trim();
  const cause = new Error(shorten(reason, REASON_CHARACTERS_MAX));
  const type =
    MEDIA_TYPE.exec(response.headers.get("content-type") ?? "")?.[0] ?? "no content type";
  const size = reason === "" ? "no body" : `${isCut ? "a longer body" : "a body"} of ${type}`;
  const message = `${describeCall(call, hop)} answered ${status} with ${size}. To read it in the run, add ${status} to the step's \`accept_status\`.`;
  const isTransient = status >= 500 || TRANSIENT.has(status);
  if (!isTransient) return new FatalStepError(message, { cause });
  const afterMs = retryAfterMs(response.headers.get("retry-after"), deps.now());
  return afterMs > 0
    ? new RetryLaterError(message, afterMs, { cause })
    : new PublicError(message, { cause });
}

/**
 * Removes secrets from an error. Redirects and the runtime's errors may repeat request data, so every message
 * passes through here.
 */
function removeSecrets({ signal, echoes }: Call, error: unknown): unknown {
  if (!(error instanceof PublicError) && !signal.aborted) return error;
  const hide = (text: string) => echoes.remove(text);
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const options = cause instanceof Error ? { cause: new Error(hide(cause.message)) } : {};
  if (error instanceof FatalStepError) return new FatalStepError(hide(message), options);
  if (error instanceof RetryLaterError) {
    return new RetryLaterError(hide(message), error.afterMs, options);
  }
  if (signal.aborted) return new PublicError("The call was aborted: the attempt has no time left.");
  return new PublicError(hide(message), options);
}

/** Names the host that was not reached. The runtime's own words are for the log, with the host instead of the URL. */
function throwLost({ echoes }: Call, hop: Hop, error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  const { host } = new URL(hop.url);
  // First, since the part of a secret that is left of it is not found.
  const words = echoes.remove(message.replaceAll(hop.url, host));
  const cause = new Error(shorten(words, REASON_CHARACTERS_MAX));
  throw new PublicError(
    `${hop.method} ${shorten(host)}: the connection failed, or broke off before the answer was complete.`,
    { cause },
  );
}

/** Describes the call for users, without the query, which may contain private data. */
function describeCall({ echoes }: Call, hop: Hop): string {
  const { origin, pathname } = new URL(hop.url);
  // First, since the part of a secret that is left of it is not found.
  const path = echoes.remove(pathname);
  return `${hop.method} ${shorten(origin)}${shorten(path, PATH_CHARACTERS_MAX)}`;
}

/** With 100 of the origin, an error repeats at most 200 characters of a request. */
const PATH_CHARACTERS_MAX = 100;
/** A media type without its parameters, which a server may fill with anything. */
const MEDIA_TYPE = /^[\w.+-]{1,40}\/[\w.+-]{1,60}/;
const HEADERS_KEPT = ["content-type", "location", "etag", "retry-after", "x-request-id"];
/** Timeout, too early, too many requests: another attempt may succeed. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429]);
/** Characters of what the server says. */
const REASON_CHARACTERS_MAX = 200;
/** Characters for the hosts of a secret in a message, which names the secret and the called host too. */
const BOUND_HOSTS_SHOWN = 60;
/** Bytes of an error body that are read. */
const REASON_BYTES_MAX = 256 * 1024;
/** Time to read an error body; after it, the error is reported without the body. */
const REASON_TIMEOUT_MS = 5_000;
