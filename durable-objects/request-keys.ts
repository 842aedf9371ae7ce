import type { Refusal } from "../src/refusal.ts";
import { admitClaim, type Created, type KeyClaim } from "../src/request-key.ts";
import { ok, type Result } from "../src/result.ts";

/** The record of an idempotency key in the object that owns what was created with it. */
type StoredKey = {
  readonly v: 1;
  /** The digest of the content of the request. */
  readonly content: string;
  /** The end of the time in which a repetition is recognised, in milliseconds since the epoch. */
  readonly until: number;
  /** The ids of what was created. */
  readonly made: readonly string[];
};

const PREFIX = "request-key:";
/** After the key of every record. */
const AFTER_ALL = "request-key;";
/** The number of records that a new one looks at for old ones: enough that few old ones are left, and a bounded cost. */
const LOOKED_AT_MAX = 16;

/**
 * The idempotency keys of the requests that have created something in a Durable Object. A record is written in the
 * transaction that creates the resource, and stays when the resource is deleted. It ends with the object, or when a
 * later record finds that its time is over.
 */
export class RequestKeys {
  readonly #kv: SyncKvStorage;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
  }

  /**
   * Finds the ids of what was created with a key, as `keep` stored them; null if nothing was, and a request may create it
   * now. Refuses a key of another content, and a claim that comes too late. `now` is in milliseconds since the epoch.
   */
  admit(claim: KeyClaim, now: number): Result<readonly string[] | null, Refusal> {
    const earlier = this.#find(claim.name, now);
    const admitted = admitClaim(claim, earlier, now);
    return admitted.ok ? ok(earlier?.made ?? null) : admitted;
  }

  /** Finds what was created with a key, as `admit` does, without regard to the end of the claim. */
  find(claim: KeyClaim, now: number): Result<readonly string[] | null, Refusal> {
    return this.admit({ ...claim, end: Infinity }, now);
  }

  /** Stores the ids of what is created with a key. Call this in the transaction that creates it. */
  keep({ name, content, until }: KeyClaim, made: readonly string[], now: number): void {
    this.#forgetOld(name, now);
    this.#kv.put<StoredKey>(PREFIX + name, { v: 1, content, until, made });
  }

  /** Creates something once for a key: runs `create` and stores the ids that it returns, in one transaction. */
  once(
    storage: DurableObjectStorage,
    claim: KeyClaim,
    create: () => Result<readonly string[], Refusal>,
  ): Result<Created<readonly string[]>, Refusal> {
    const now = Date.now();
    const made = this.find(claim, now);
    if (!made.ok) return made;
    if (made.value) return ok({ value: made.value, isReplayed: true });
    return storage.transactionSync(() => {
      const created = create();
      if (!created.ok) return created;
      this.keep(claim, created.value, now);
      return ok({ value: created.value, isReplayed: false });
    });
  }

  /** Returns the time at which the last record ends, in milliseconds since the epoch; null if all have ended. */
  lastEnd(now: number): number | null {
    const ends = Array.from(this.#list(), ([, { until }]) => until);
    const last = Math.max(0, ...ends);
    return last > now ? last : null;
  }

  #find(name: string, now: number): StoredKey | null {
    const stored = this.#kv.get<StoredKey>(PREFIX + name);
    return stored && stored.until > now ? stored : null;
  }

  /** Removes old records among those whose names follow `name`: names are random, so that all are looked at in time. */
  #forgetOld(name: string, now: number): void {
    const range = { startAfter: PREFIX + name, end: AFTER_ALL, limit: LOOKED_AT_MAX };
    const old = Array.from(this.#kv.list<StoredKey>(range)).filter(([, { until }]) => until <= now);
    for (const [key] of old) this.#kv.delete(key);
  }

  #list(): Iterable<[string, StoredKey]> {
    return this.#kv.list<StoredKey>({ prefix: PREFIX });
  }
}
