import type { Refusal } from "../../refusal.ts";
import {
  type Created,
  deriveRequestKey,
  digestContent,
  type RequestKey,
} from "../../request-key.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AppContext } from "../app-env.ts";

/** Maximum characters of an idempotency key. */
export const KEY_CHARACTERS_MAX = 255;

/** Reads the request header `Idempotency-Key`; null without one. Refuses a key that is empty or too long. */
export function readIdempotencyKey(c: AppContext): Result<string | null, Refusal> {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return ok(null);
  if (key.length > 0 && key.length <= KEY_CHARACTERS_MAX) return ok(key);
  const message = `The header 'Idempotency-Key' must have 1 to ${KEY_CHARACTERS_MAX} characters.`;
  return err({ code: "invalid_request", message, param: "Idempotency-Key" });
}

/** The declaration of a route, as far as `readRequestKey` needs it. */
type KeyedRoute = {
  readonly access: string;
  readonly method: string;
  readonly path: string;
  readonly idempotency?: unknown;
};

/**
 * Reads the idempotency key of a request together with what it belongs to: the project, the method, the path with the
 * ids `params`, and the content `sent`. Null without a key, and for a route that has no use for one.
 */
export async function readRequestKey(
  c: AppContext,
  { access, method, path, idempotency }: KeyedRoute,
  params: Readonly<Record<string, string>>,
  sent: unknown,
): Promise<Result<RequestKey | null, Refusal>> {
  const key = idempotency === "by key" ? readIdempotencyKey(c) : ok(null);
  if (!key.ok || key.value === null) return key.ok ? ok(null) : key;
  const owner = access === "project" ? c.get("scope").projectId : access;
  // From the parameters, since one path has several spellings.
  const named = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => params[name] ?? "");
  const use = { owner, method, path: named, key: key.value };
  return ok(await deriveRequestKey(use, await digestContent(sent), Date.now()));
}

/**
 * Unwraps what a request has created. If an earlier request with the same key has created it, says so in the header
 * `Idempotency-Replayed` of the response.
 */
export function markReplayed<Value>(c: AppContext, { value, isReplayed }: Created<Value>): Value {
  if (isReplayed) c.header("idempotency-replayed", "true");
  return value;
}

/** Unwraps what a request has created as `markReplayed` does, or passes the refusal on. */
export const replayable = <Value>(
  c: AppContext,
  created: Result<Created<Value>, Refusal>,
): Result<Value, Refusal> => (created.ok ? ok(markReplayed(c, created.value)) : created);
