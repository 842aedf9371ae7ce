import type { StoreInit, StoreView } from "../../src/knowledge/vector-store-types.ts";
import type { Refusal } from "../../src/refusal.ts";
import { type Created, KEY_SPENT, type KeyClaim } from "../../src/request-key.ts";
import { err, ok, type Result } from "../../src/result.ts";
import type { RequestKeys } from "../request-keys.ts";
import type { StoreLifecycle } from "./store-lifecycle.ts";

/**
 * Creates a store for a request with an idempotency key, or returns the one that the key has created, as `read` reads
 * it. Refuses another request with the same key.
 */
export async function createStoreOnce(
  keys: RequestKeys,
  lifecycle: StoreLifecycle,
  { init, claim }: { readonly init: StoreInit; readonly claim: KeyClaim },
  read: () => Result<StoreView, Refusal>,
): Promise<Result<Created<StoreView>, Refusal>> {
  const made = keys.admit(claim, Date.now());
  if (!made.ok) return made;
  await lifecycle.create(init, () => keys.keep(claim, [init.id], Date.now()));
  const store = read();
  if (!store.ok) return made.value ? err(KEY_SPENT) : store;
  return ok({ value: store.value, isReplayed: made.value !== null });
}
