import { canonicalJson } from "./canonical-json.ts";
import { newId, newKey } from "./ids.ts";
import type { Refusal } from "./refusal.ts";
import { err, ok, type Result } from "./result.ts";
import { sha256, sha256Hex } from "./sha256.ts";

/**
 * The `Idempotency-Key` of a request that creates something. The ids of what is created derive from it and from the
 * day, so that whoever owns such an id finds what an earlier request with the key has created.
 */
export type RequestKey = {
  /** Stands for the key, its project, its method and its path: the part of an id after the prefix. */
  readonly name: string;
  /** SHA-256 of the content of the request, in hex. A key belongs to one content. */
  readonly content: string;
  readonly yesterday: KeyDay;
  readonly today: KeyDay;
};

/** A day in UTC on which a key can be used first. */
export type KeyDay = {
  /** The part after the prefix of the ids that derive from the key on this day. */
  readonly part: string;
  /** The end of the day, in milliseconds since the epoch. From then on nothing is created under the day's ids. */
  readonly end: number;
};

/** The claim of a key by a request, as the owner of an id stores it. Times are in milliseconds since the epoch. */
export type KeyClaim = {
  readonly name: string;
  readonly content: string;
  /** From this time on nothing is created under the claim; what was created before is still found. */
  readonly end: number;
  /** The end of the time in which a repeated request is recognised: a day after `end`. */
  readonly until: number;
};

/** The use of a key: the request that brought it. */
export type KeyUse = {
  /** The project of the request, or another owner of keys. */
  readonly owner: string;
  readonly method: string;
  /** The path, with the ids that are in it. */
  readonly path: string;
  readonly key: string;
};

const DAY_MS = 24 * 60 * 60_000;
const RANDOM_LENGTH = 15;

/** Derives what identifies a key on the day of `now`, in milliseconds since the epoch, and on the day before. */
export async function deriveRequestKey(
  { owner, method, path, key }: KeyUse,
  content: string,
  now: number,
): Promise<RequestKey> {
  const use = [owner, method, path, key];
  const start = now - (now % DAY_MS);
  const derive = (day: number) => deriveKey(use, day, readTime(key, day));
  const [name, yesterday, today] = await Promise.all([
    deriveKey(use, 0, 0),
    derive(start - DAY_MS),
    derive(start),
  ]);
  return {
    name,
    content,
    yesterday: { part: yesterday, end: start },
    today: { part: today, end: start + DAY_MS },
  };
}

async function deriveKey(use: readonly string[], day: number, time: number): Promise<string> {
  const digest = await sha256(JSON.stringify([...use, day]));
  return newKey(time, digest.subarray(0, RANDOM_LENGTH));
}

const UUID_7 = /^([\da-f]{8})-([\da-f]{4})-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;

/**
 * Returns the time that an id has which derives from a key on the day that begins at `day`: of a key that is a UUID of
 * version 7 the time in it, if that is on the day; else the beginning of the day.
 */
function readTime(key: string, day: number): number {
  const [, high = "", low = ""] = UUID_7.exec(key) ?? [];
  const time = Number.parseInt(high + low, 16);
  return time >= day && time < day + DAY_MS ? time : day;
}

/** Claims a key for a request on a day. */
export const claimOn = ({ name, content }: RequestKey, { end }: KeyDay): KeyClaim => ({
  name,
  content,
  end,
  until: end + DAY_MS,
});

/** Computes the digest of the content of a request, in hex: equal for bodies that differ only in form. */
export async function digestContent(content: unknown): Promise<string> {
  return await sha256Hex(canonicalJson(content));
}

/** The value that a request has created, or an earlier request with its key: then it is replayed. */
export type Created<Value> = { readonly value: Value; readonly isReplayed: boolean };

/** The calls with which `createOnce` finds and creates a resource. They may be repeated. */
export type CreateOnceDeps<Id extends string, Value> = {
  /** Finds what was created under an id; null if nothing was. Refuses a claim for another content. */
  readonly find: (id: Id, claim: KeyClaim) => Promise<Result<Value | null, Refusal>>;
  /** Creates the resource, or returns the one that was created under the id before. Without a key, `claim` is null. */
  readonly create: (id: Id, claim: KeyClaim | null) => Promise<Result<Created<Value>, Refusal>>;
};

/**
 * Creates a resource whose owner is found by its id alone. Under a key the id derives from the day, so yesterday's id is
 * looked at first. What was created before is returned also if it could not be created now.
 */
export async function createOnce<Prefix extends string, Value>(
  key: RequestKey | null,
  prefix: Prefix,
  { find, create }: CreateOnceDeps<`${NoInfer<Prefix>}${string}`, Value>,
): Promise<Result<Created<Value>, Refusal>> {
  if (key === null) return await create(newId(prefix), null);
  const { yesterday, today } = key;
  const earlier = await find(`${prefix}${yesterday.part}`, claimOn(key, yesterday));
  if (!earlier.ok) return earlier;
  if (earlier.value !== null) return ok({ value: earlier.value, isReplayed: true });
  const [id, claim] = [`${prefix}${today.part}` as const, claimOn(key, today)];
  const made = await create(id, claim);
  if (made.ok || isKeyRefusal(made.error)) return made;
  const found = await find(id, claim);
  if (!found.ok) return found;
  return found.value === null ? made : ok({ value: found.value, isReplayed: true });
}

const isKeyRefusal = ({ code }: Refusal) => code.startsWith("idempotency_key_");

/**
 * Decides about a claim of a key whose earlier claim is `earlier`, or null if there is none that is live at `now`, in
 * milliseconds since the epoch. Returns true if a request with the key has created something.
 */
export function admitClaim(
  claim: KeyClaim,
  earlier: Pick<KeyClaim, "content"> | null,
  now: number,
): Result<boolean, Refusal> {
  if (earlier !== null) return earlier.content === claim.content ? ok(true) : err(KEY_REUSED);
  return now < claim.end ? ok(false) : err(KEY_DAY_OVER);
}

/** The refusal of a key that was used before for another content. */
export const KEY_REUSED: Refusal = {
  code: "idempotency_key_reused",
  message:
    "This Idempotency-Key was already used with a different body. Send the same body, or use another key.",
};

/** The refusal of a key whose resource was deleted. */
export const KEY_SPENT: Refusal = {
  code: "idempotency_key_spent",
  message:
    "What was created with this Idempotency-Key was deleted. Send another key to create it again.",
};

/** The refusal to create something under an id of a day that is over, for which nothing was created. */
export const KEY_DAY_OVER: Refusal = {
  code: "idempotency_key_late",
  message:
    "The day changed while the request with this Idempotency-Key was on its way, and nothing was created. Send the same request again.",
};
