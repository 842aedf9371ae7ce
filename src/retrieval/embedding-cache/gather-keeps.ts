import type { VectorBatch } from "./cache-client.ts";
import type { EmbeddingCache } from "./embed-cached.ts";
import { KEY_BYTES } from "./text-key.ts";

type Keep = EmbeddingCache["keep"];
type Gathering = { readonly batches: VectorBatch[]; readonly kept: Promise<void> };

/**
 * Returns a function that keeps vectors as `keep` does, those that come within `wait` in one call: each call costs a row,
 * and the consumer of a queue embeds many small files at a time.
 */
export function gatherKeeps(keep: Keep, wait: () => Promise<void>): Keep {
  const gatherings = new Map<string, Gathering>();
  return (batch) => {
    const kind = JSON.stringify([batch.model, batch.form, vectorBytes(batch)]);
    const gathering = gatherings.get(kind);
    if (gathering) {
      gathering.batches.push(batch);
      return gathering.kept;
    }
    const batches = [batch];
    const kept = wait().then(() => {
      gatherings.delete(kind);
      return keep({
        ...batch,
        keys: joinBytes(batches.map(({ keys }) => keys)),
        vectors: joinBytes(batches.map(({ vectors }) => vectors)),
      });
    });
    gatherings.set(kind, { batches, kept });
    return kept;
  };
}

const vectorBytes = ({ keys, vectors }: VectorBatch) => (vectors.length * KEY_BYTES) / keys.length;

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
