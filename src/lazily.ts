/**
 * Returns a function that makes a value when it is first called, and returns that value from then on. Large tables that
 * few requests need are made in this way, so that the Worker starts sooner.
 */
export function lazily<Value extends object>(make: () => Value): () => Value {
  let made: Value | null = null;
  return () => (made ??= make());
}
