import { describe, expect, it } from "vitest";

import { ModelUnavailable } from "../../../src/model-unavailable.ts";
import { hash1 } from "../../../src/retrieval/hash-embedding.ts";
import type { Embedder } from "../../../src/retrieval/search-types.ts";
import { search } from "../../../src/retrieval/search.ts";
import { makeDocument } from "./documents.ts";
import { makeStore } from "./shards.ts";

const STORE = makeStore([[makeDocument("d1", ["alpha beta"]), makeDocument("d2", ["gamma"])]]);
const REQUEST = {
  queries: ["alpha"],
  filter: null,
  maxResults: 10,
  scoreThreshold: 0,
  weights: { lexical: 0, dense: 1 },
};

const failing = (embed: Embedder["embed"]) => ({
  ...STORE,
  embedder: () => ({ ...hash1, embed }),
});

describe("a search with an unavailable embedding model", () => {
  it("finds by words alone and reports the reason", async () => {
    const deps = failing(async () => {
      throw new ModelUnavailable("circuit_open", "It has failed too often lately.");
    });

    expect(await search(deps, REQUEST)).toMatchObject({
      ok: true,
      value: {
        hits: [{ fileId: "file-d1", dense: 0 }],
        degraded: { from: "hash-1", reason: "circuit_open" },
      },
    });
  });

  it("does not wait for the model beyond its time limit", async () => {
    const deps = failing(
      (_texts, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
        }),
    );

    expect(await search(deps, REQUEST)).toMatchObject({
      value: { hits: [{ fileId: "file-d1" }], degraded: { reason: "timeout" } },
    });
  });

  it("stops when its caller cancels, and does not hide a bug", async () => {
    const bug = failing(async () => {
      throw new TypeError("a bug");
    });

    await expect(search(bug, REQUEST)).rejects.toThrow("a bug");
    await expect(search(bug, REQUEST, AbortSignal.abort(new Error("gone")))).rejects.toThrow(
      "gone",
    );
  });
});
