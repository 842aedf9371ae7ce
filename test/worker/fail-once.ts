import { env } from "cloudflare:workers";

/** Makes the D1 call of this number, counted from now on, fail once, and counts the calls. */
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

/** Undoes what `failOnce` did. */
export function restoreDatabases(): void {
  for (const restore of restores.splice(0)) restore();
}

const restores: (() => void)[] = [];
