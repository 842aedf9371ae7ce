import { seededRandom } from "../../crash-fuzz/random.ts";
import type { Half } from "./claim.ts";

/**
 * Divides keys of documents into halves, in an order that depends on the seed alone. A key is in one half whatever the
 * language or collection of its document.
 */
export function divideHalves(keys: Iterable<string>, seed: string): ReadonlyMap<string, Half> {
  const ranked = [...new Set(keys)]
    .map((key) => ({ key, rank: seededRandom(`${seed} half ${key}`)() }))
    .toSorted((left, right) => left.rank - right.rank);
  return new Map(ranked.map(({ key }, at) => [key, at % 2 === 0 ? "tuning" : "kept"]));
}
