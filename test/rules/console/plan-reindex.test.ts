import { describe, it } from "vitest";

import { listActions, refuseMove } from "../../../console/pages/reindex/list-actions.ts";
import {
  estimateCost,
  explainBlocked,
  leastShards,
  makeReindex,
  readValues,
  refuseSizes,
} from "../../../console/pages/reindex/plan-reindex.ts";
import { REINDEX_EXAMPLE } from "../../../src/http/knowledge/reindex-body.ts";
import { INDEX_EXAMPLE } from "../../../src/http/knowledge/store-index-body.ts";
import { decideAction } from "../../../src/knowledge/reindex/decide-reindex.ts";
import { REINDEX_ACTIONS, REINDEX_STATES } from "../../../src/knowledge/reindex/reindex.ts";

const INDEX = { ...INDEX_EXAMPLE, chunk_count: 1_200 };
const NOW = readValues(INDEX);

describe("the form of a reindex", () => {
  it("asks for what differs from the generation that serves, and for nothing else", ({
    expect,
  }) => {
    expect(makeReindex(NOW, NOW)).toEqual({});
    const wanted = { ...NOW, analyzer: "2", overlap: "20", shards: "4", denseIndex: "shard" };
    expect(makeReindex(NOW, wanted)).toEqual({
      analyzer_version: 2,
      chunking_strategy: {
        type: "static",
        static: { max_chunk_size_tokens: 400, chunk_overlap_tokens: 20 },
      },
      search_shards: 4,
      dense_index: "shard",
    });
  });

  it("says what is made, and how many texts a model is sent", ({ expect }) => {
    expect(estimateCost(INDEX, NOW, { ...NOW, shards: "4", analyzer: "2" })).toEqual({
      chunks: 1_200,
      texts: 0,
      isEstimated: false,
    });
    expect(estimateCost(INDEX, NOW, { ...NOW, model: "other" })).toMatchObject({ texts: 1_200 });
    // 340 new tokens a chunk before, 80 after.
    expect(estimateCost(INDEX, NOW, { ...NOW, tokens: "100", overlap: "20" })).toEqual({
      chunks: 5_100,
      texts: 5_100,
      isEstimated: true,
    });
  });

  it("refuses sizes and shards that cannot be", ({ expect }) => {
    expect(refuseSizes({ ...NOW, tokens: "120", overlap: "60" })).toBeNull();
    expect(refuseSizes({ ...NOW, tokens: "120", overlap: "61" })).toContain("half of its size");
    expect(leastShards({ ...INDEX, chunk_count: 20_001, max_chunks_per_shard: 20_000 })).toBe(2);
    expect(leastShards({ ...INDEX, chunk_count: 0 })).toBe(1);
  });

  it("is closed while another reindex is open, and in an expired store", ({ expect }) => {
    const blocked = REINDEX_STATES.filter(
      (status) => explainBlocked({ status: "completed" }, { ...REINDEX_EXAMPLE, status }) !== null,
    );
    expect(blocked).toEqual(["building", "paused", "ready", "switched", "erasing", "cancelling"]);
    expect(explainBlocked({ status: "completed" }, null)).toBeNull();
    expect(explainBlocked({ status: "expired" }, null)).toContain("expired");
    const split = { ...REINDEX_EXAMPLE, automatic: true, status: "building" } as const;
    expect(explainBlocked({ status: "completed" }, split)).toBeNull();
  });
});

describe("the buttons of a reindex", () => {
  it("are those that the service allows in the state, and all of them but its own split's", ({
    expect,
  }) => {
    const counts = { ...REINDEX_EXAMPLE.file_counts, failed: 0, waiting: 0 };
    for (const isAutomatic of [false, true]) {
      for (const state of REINDEX_STATES) {
        const offered = listActions({
          ...REINDEX_EXAMPLE,
          automatic: isAutomatic,
          status: state,
          file_counts: counts,
        }).map(({ name }) => name);
        const lag = { waiting: 0, failed: 0 };
        const changing = REINDEX_ACTIONS.filter((action) => {
          const next = decideAction({ state, isAutomatic }, action, lag);
          return next.ok && next.value !== state && (!isAutomatic || !OF_CLIENTS.has(action));
        });
        expect(offered.toSorted(), `${state}, automatic: ${isAutomatic}`).toEqual(
          changing.toSorted(),
        );
      }
    }
  });

  it("do not move searches to a generation that lacks files", ({ expect }) => {
    const counts = { ...REINDEX_EXAMPLE.file_counts, failed: 0, waiting: 0 };
    expect(refuseMove({ file_counts: counts })).toBeNull();
    expect(refuseMove({ file_counts: { ...counts, waiting: 1 } })).toBe(
      "1 file is still to be copied to the other generation.",
    );
    const failing = { ...REINDEX_EXAMPLE, file_counts: { ...counts, failed: 2 } };
    expect(refuseMove(failing)).toContain("the files below");
    expect(listActions(failing).map(({ label }) => label)).toContain("Try the failed files again");
  });
});

/** What the store does by itself when the reindex is its own. */
const OF_CLIENTS = new Set(["switch", "revert", "finish"]);
