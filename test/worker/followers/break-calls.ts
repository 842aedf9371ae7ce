import { env } from "cloudflare:workers";

import { SearchShardObject } from "../../../src/index.ts";

/** The calls of a follower to others: to its shard, and to the store's object. */
const CALLS = new Set(["changes", "noteFollower"]);

type Call = (...given: unknown[]) => Promise<unknown>;

const restores: (() => void)[] = [];

/**
 * Passes each call of a follower through `reach`, before and after the call. It runs in the request of the follower, so
 * it may end the follower's object. Undone by `restoreFollowers`.
 */
export function watchFollowers(reach: (point: string) => unknown): void {
  // One prototype serves every namespace, also those that objects have.
  const prototype: object = Object.getPrototypeOf(env.SEARCH_SHARDS);
  const original: (...given: unknown[]) => object = Reflect.get(prototype, "getByName");
  Reflect.set(prototype, "getByName", function (this: object, ...given: unknown[]) {
    const stub = Reflect.apply(original, this, given);
    return new Proxy(stub, {
      get: (target, name) => {
        const call: Call = Reflect.get(target, name);
        if (typeof name !== "string" || !CALLS.has(name)) {
          return typeof call === "function" ? passTo(target, call) : call;
        }
        return async (...parameters: unknown[]) => {
          await reach(`before ${name}`);
          const answer = await passTo(target, call)(...parameters);
          await reach(`after ${name}`);
          return answer;
        };
      },
    });
  });
  restores.push(() => Reflect.set(prototype, "getByName", original));
}

/** A method of a stub has no `apply` and no `bind`: these would be calls of the object. */
const passTo =
  (target: object, call: Call): Call =>
  (...parameters) =>
    Reflect.apply(call, target, parameters);

/** Counts the answers of shards and of followers from now on; one that is behind gives none. */
export function countAnswers() {
  const counts = { leader: 0, follower: 0, behind: 0 };
  watchMethod("search", () => counts.leader++);
  watchMethod("searchFrom", (found) => counts[found === null ? "behind" : "follower"]++);
  return counts;
}

function watchMethod(name: string, note: (found: unknown) => void): void {
  const { prototype } = SearchShardObject;
  const original: Call = Reflect.get(prototype, name);
  Reflect.set(prototype, name, async function (this: object, ...given: unknown[]) {
    const found = await Reflect.apply(original, this, given);
    note(found);
    return found;
  });
  restores.push(() => Reflect.set(prototype, name, original));
}

/** Ends what the functions of this module have begun. */
export function restoreFollowers(): void {
  for (const restore of restores.splice(0)) restore();
}
