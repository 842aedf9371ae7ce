import type { VectorIndexNumber } from "../retrieval/vectorize/placement.ts";
import type { VectorIndex } from "../retrieval/vectorize/vector-index.ts";
import { openVectorIndex, type VectorizeBinding } from "./vector-index.ts";

/** Lists the numbers of the vector indexes, the indexes of Vectorize that are bound as `VECTORS_0 … VECTORS_n`. */
export function vectorIndexNumbers(env: object): VectorIndexNumber[] {
  return Object.keys(env)
    .map((name) => /^VECTORS_(\d+)$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** Opens the vector index with the number `number`; null if this deployment does not bind it. */
export function findVectorIndex(env: object, number: VectorIndexNumber): VectorIndex | null {
  const found: unknown = Reflect.get(env, `VECTORS_${number}`);
  return isBinding(found) ? openVectorIndex(found) : null;
}

function isBinding(binding: unknown): binding is VectorizeBinding {
  return typeof binding === "object" && binding !== null && "getByIds" in binding;
}
