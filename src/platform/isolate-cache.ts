/** Maximum milliseconds that an isolate uses a cached value that was changed in another one. */
const CACHE_MS = 30_000;

type Cached<Value> = { readonly value: Value; readonly until: number };

type Options<Value> = {
  /** Maximum number of owners; one more empties the cache. */
  readonly ownersMax: number;
  /** Tests if a value may be cached. By default every value may, also null. */
  readonly isKept?: (value: Value) => boolean;
};

/**
 * Values that an isolate caches for 30 s, so that warm requests make no D1 query. Each belongs to an owner, such as a
 * project, whose values are forgotten together. A value that was being read while any owner was forgotten is returned
 * and not cached, since it may be older than the change.
 */
export class IsolateCache<Value> {
  readonly #owners = new Map<string, Map<string, Cached<Value>>>();
  readonly #options: Options<Value>;
  #forgotten = 0;

  constructor(options: Options<Value>) {
    this.#options = options;
  }

  /** Returns a value from memory, or reads it with `find` and caches it. `now` is in milliseconds. */
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

  /** Forgets the values of an owner. Call it after a change: this isolate then uses the change at once. */
  forget(owner: string): void {
    this.#forgotten += 1;
    this.#owners.delete(owner);
  }

  /** Forgets the values of all owners. */
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
