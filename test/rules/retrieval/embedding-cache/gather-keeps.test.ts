import { describe, expect, it } from "vitest";

import type { VectorBatch } from "../../../../src/retrieval/embedding-cache/cache-client.ts";
import { gatherKeeps } from "../../../../src/retrieval/embedding-cache/gather-keeps.ts";

const batchOf = (first: number, count: number, more: Partial<VectorBatch> = {}): VectorBatch => ({
  model: "llm.test:m",
  form: "passage",
  keys: new Uint8Array(16 * count).fill(first),
  vectors: new Uint8Array(8 * count).fill(first),
  ...more,
});

/** Keeps through `gatherKeeps`, with a wait that a test ends. */
function makeGathering() {
  const kept: VectorBatch[] = [];
  const waits: (() => void)[] = [];
  const keep = gatherKeeps(
    async (batch) => void kept.push(batch),
    () => new Promise((resolve) => waits.push(resolve)),
  );
  return { keep, kept, endWaits: () => waits.splice(0).forEach((resolve) => resolve()) };
}

describe("vectors that are kept by a consumer", () => {
  it("are kept by one call if they come together, each with its key", async () => {
    const { keep, kept, endWaits } = makeGathering();
    const all = Promise.all([keep(batchOf(1, 1)), keep(batchOf(2, 2)), keep(batchOf(3, 1))]);
    expect(kept).toEqual([]);
    endWaits();
    await all;

    expect(kept).toHaveLength(1);
    expect([...(kept[0]?.keys ?? [])].filter((_byte, at) => at % 16 === 0)).toEqual([1, 2, 2, 3]);
    expect([...(kept[0]?.vectors ?? [])].filter((_byte, at) => at % 8 === 0)).toEqual([1, 2, 2, 3]);
  });

  it("are kept apart by model, form and length, and by the time at which they come", async () => {
    const { keep, kept, endWaits } = makeGathering();
    const others = [
      batchOf(1, 1),
      batchOf(2, 1, { model: "llm.test:n" }),
      batchOf(3, 1, { form: "question" }),
      batchOf(4, 1, { vectors: new Uint8Array(4) }),
    ];
    const all = Promise.all(others.map(keep));
    endWaits();
    await all;
    expect(kept).toEqual(others);

    const later = keep(batchOf(5, 1));
    endWaits();
    await later;
    expect(kept).toHaveLength(5);
  });
});
