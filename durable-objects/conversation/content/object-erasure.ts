import type { RequestKeys } from "../../request-keys.ts";

const ERASE_AT = "erase-at";

/**
 * The end of a conversation object that has no content any more: at once, or when the last idempotency key of what was in
 * it has ended. Until then, a request that is repeated learns that its resource was deleted.
 */
export class ObjectErasure {
  readonly #storage: DurableObjectStorage;
  readonly #keys: RequestKeys;

  constructor(storage: DurableObjectStorage, keys: RequestKeys) {
    this.#storage = storage;
    this.#keys = keys;
  }

  /** Returns the time at which the alarm must call `end`, in milliseconds since the epoch; null if there is none. */
  due(): number | null {
    return this.#storage.kv.get<number>(ERASE_AT) ?? null;
  }

  /** Forgets the time that `due` returns once it has passed, and returns true then. */
  takeDue(now: number): boolean {
    const due = this.due();
    if (due === null || due > now) return false;
    this.#storage.kv.delete(ERASE_AT);
    return true;
  }

  /** Tests whether the object must outlive its content, for the sake of its idempotency keys. */
  isHeld(now: number): boolean {
    return this.#keys.lastEnd(now) !== null;
  }

  /** Erases the object, which has no content any more, or plans that for the time when its last key ends. */
  async end(now: number): Promise<void> {
    const end = this.#keys.lastEnd(now);
    if (end !== null) {
      this.#storage.kv.put(ERASE_AT, end);
      return;
    }
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
  }

  /** Does the alarm of an object that has never had content, only keys of responses in other conversations. */
  async endUnused(now: number): Promise<void> {
    await this.end(now);
    const due = this.due();
    if (due !== null) await this.#storage.setAlarm(due);
  }
}
