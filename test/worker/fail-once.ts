import { env } from "cloudflare:workers";

/**
 * Makes one call to D1 fail, the one with the number `failing` from now on. Returns a counter of the calls. Undone by
 * `restoreDatabases`.
 */
export function failOnce(failing: number) {
  const calls = { count: 0 };
  const guard = () => {
    calls.count++;
    if (calls.count === failing) throw new Error("D1_ERROR: Network connection lost.");
  };
  // One prototype serves every database, also those that objects and consumers have.
  const statement: D1PreparedStatement = Object.getPrototypeOf(env.CATALOG.prepare("SELECT 1"));
  const database: D1Database = Object.getPrototypeOf(env.CATALOG);
  for (const [prototype, names] of [
    [statement, ["first", "run", "all", "raw"]],
    [database, ["batch"]],
  ] as const) {
    for (const name of names) {
      const original: (...args: unknown[]) => Promise<unknown> = Reflect.get(prototype, name);
      Reflect.set(prototype, name, async function (this: unknown, ...args: unknown[]) {
        guard();
        return await original.apply(this, args);
      });
      restores.push(() => Reflect.set(prototype, name, original));
    }
  }
  return calls;
}

/** Restores D1 after `failOnce`. */
export function restoreDatabases(): void {
  for (const restore of restores.splice(0)) restore();
}

const restores: (() => void)[] = [];
