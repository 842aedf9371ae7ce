/**
 * Returns a function that calls `make` the first time it is called, and returns the same value from then on. Large
 * tables that few requests need are made in this way, so that the Worker starts sooner.
 */
export function lazily<Value extends object>(make: () => Value): () => Value {
  let made: Value | null = null;
  return () => (made ??= make());
}
