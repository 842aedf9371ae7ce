/** Maximum milliseconds that an isolate uses a cached value that was changed in another one. */
const CACHE_MS = 30_000;

type Cached<Value> = { readonly value: Value; readonly until: number };

type Options<Value> = {
  /** Maximum number of owners. One more than that empties the cache. */
  readonly ownersMax: number;
  /** Tests whether a value may be cached. By default every value may, including null. */
  readonly isKept?: (value: Value) => boolean;
};

/**
 * A cache of values in an isolate, for 30 s each, so that most requests make no D1 query. Each value belongs to an
 * owner, such as a project, whose values can be removed together. If a change of any owner's values is reported
 * (`forget`) while a value is being read, this value is not cached, since it may be older than the change.
 */
export class IsolateCache<Value> {
  readonly #owners = new Map<string, Map<string, Cached<Value>>>();
  readonly #options: Options<Value>;
  #forgotten = 0;

  constructor(options: Options<Value>) {
    this.#options = options;
  }

  /**
   * Returns the value `name` of an owner from the cache, or reads it with `find` and caches it. `now` is in
   * milliseconds since the epoch.
   */
  async read(
    { owner, name }: { readonly owner: string; readonly name: string },
    find: () => Promise<Value>,
    now = Date.now(),
  ): Promise<Value> {
    const cached = this.#owners.get(owner)?.get(name);
    if (cached && cached.until > now) return cached.value;
    const forgotten = this.#forgotten;
    const value = await find();
    const { isKept = () => true } = this.#options;
    if (forgotten !== this.#forgotten || !isKept(value)) return value;
    this.#open(owner).set(name, { value, until: now + CACHE_MS });
    return value;
  }

  /**
   * Removes the values of an owner from the cache. Call it after the values were changed, so that this isolate uses the
   * change at once.
   */
  forget(owner: string): void {
    this.#forgotten += 1;
    this.#owners.delete(owner);
  }

  /** Removes the values of all owners from the cache. */
  forgetAll(): void {
    this.#forgotten += 1;
    this.#owners.clear();
  }

  #open(owner: string): Map<string, Cached<Value>> {
    const known = this.#owners.get(owner);
    if (known) return known;
    if (this.#owners.size >= this.#options.ownersMax) this.#owners.clear();
    const fresh = new Map<string, Cached<Value>>();
    this.#owners.set(owner, fresh);
    return fresh;
  }
}
