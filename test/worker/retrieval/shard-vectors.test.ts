import { runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import type { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import { LoadedShard } from "../../../durable-objects/search-shard/loaded-shard.ts";
import { SHARD_MEMORY } from "../../../durable-objects/search-shard/shard-memory.ts";
import { ShardOutbox } from "../../../durable-objects/search-shard/shard-outbox.ts";
import { ShardVectors } from "../../../durable-objects/search-shard/shard-vectors.ts";
import { ShardTables } from "../../../durable-objects/search-shard/tables/shard-tables.ts";
import type { DenseScan } from "../../../src/retrieval/dense/dense-scan.ts";
import kernel from "../../../src/retrieval/dense/kernel/kernel.wasm";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { referenceScores } from "../../rules/retrieval/dense/reference.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { fillOldShard, OLD_SHARDS } from "./old-shard.ts";
import { openShard } from "./shard.ts";

type Shard = DurableObjectStub<SearchShardObject>;

const makeFiles = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) =>
    makeDocument(`${name}${index}`, [`${name} words ${index}`, `more ${index * 7}`]),
  );

const QUESTION = {
  lexical: null,
  weights: { lexical: 0, dense: 1 },
  admitted: null,
  nearest: null,
};

/** Reads the rows of all positions from storage, and the scores of a question from the scan and from these rows. */
const readAll = (shard: Shard) =>
  runInDurableObject(shard, (_, { storage: { sql } }) => {
    const tables = new ShardTables(sql);
    const host = { kernel, outbox: new ShardOutbox(tables) };
    const more = { id: "vectors", ledger: SHARD_MEMORY, onGivenUp: () => {} };
    const loaded = new LoadedShard(tables, { ...host, ...more });
    const { count } = loaded.index;
    const vectors = new ShardVectors(tables, loaded, host);
    const positions = Uint32Array.from({ length: count }, (_position, at) => at);
    const rows = vectors.readRows(positions);
    const odd = vectors.readRows(positions.filter((position) => position % 2 === 1));
    const vector = hashEmbedding("small words 3");
    const ask = (scan: DenseScan | null) =>
      scan?.score({ ...QUESTION, vector, candidatesMax: 10, buffer: new Float64Array(count) });
    const { dimensions } = loaded;
    const apart = Array.from(positions, (position) =>
      rows.subarray(position * dimensions, (position + 1) * dimensions),
    );
    const fromRows = { kind: "all", scores: referenceScores(apart, vector) };
    return { rows, odd, count, dimensions, scores: ask(vectors.load(null)), fromRows };
  });

describe("the rows of a shard's vectors in storage", () => {
  it.for(["tail and segments", "conversion"] as const)(
    "are those that it scans, by the same positions: %s",
    async (state, { expect }) => {
      const shard = openShard(`vectors ${state}`);
      if (state === "conversion") await fillOldShard(shard, OLD_SHARDS["with units"]);
      for (let call = 0; call < 9; call++) {
        await shard.write(makeBatch(makeFiles(`large${call}`, 10)));
        await shard.write(makeBatch(makeFiles(`small${call}`, 1 + (call % 3))));
      }
      await shard.remove([{ fileId: "file-large30", version: 2 }]);
      await shard.remove([{ fileId: "file-small80", version: 2 }]);
      const { rows, odd, count, dimensions, scores, fromRows } = await readAll(shard);

      expect(rows).toHaveLength(count * dimensions);
      const rowAt = (position: number) =>
        rows.subarray(position * dimensions, (position + 1) * dimensions);
      for (let position = 1; position < count; position += 2) {
        const at = (position - 1) / 2;
        expect(odd.subarray(at * dimensions, (at + 1) * dimensions)).toEqual(rowAt(position));
      }
      expect(scores?.kind).toBe("all");
      expect(fromRows).toEqual(scores);
      const empty = Array.from({ length: count }, (_, position) => position).filter((position) =>
        rowAt(position).every((value) => value === 0),
      );
      expect(empty).toEqual([]);
    },
  );
});
