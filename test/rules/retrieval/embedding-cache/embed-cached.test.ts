import { describe, expect, it } from "vitest";

import { ModelUnavailable } from "../../../../src/model-unavailable.ts";
import type { VectorBatch } from "../../../../src/retrieval/embedding-cache/cache-client.ts";
import {
  type CachedModel,
  embedCached,
  type EmbeddingCache,
  PASSAGE,
  QUESTION,
} from "../../../../src/retrieval/embedding-cache/embed-cached.ts";
import { splitKeys } from "../../../../src/retrieval/embedding-cache/text-key.ts";
import { quantize } from "../../../../src/retrieval/quantize.ts";

/** A cache in memory. */
function makeCache() {
  const kept = new Map<string, Uint8Array>();
  const calls = { find: 0, keep: 0 };
  const cache: EmbeddingCache = {
    find: async (keys) => {
      calls.find++;
      return splitKeys(keys).map((key) => kept.get(key) ?? null);
    },
    keep: async ({ keys, vectors }: VectorBatch) => {
      calls.keep++;
      const all = splitKeys(keys);
      const length = vectors.length / all.length;
      for (const [index, key] of all.entries()) {
        kept.set(key, vectors.slice(index * length, (index + 1) * length));
      }
    },
  };
  return { cache, kept, calls };
}

const AWAY: EmbeddingCache = { find: async () => [], keep: async () => {} };

/** A model whose vectors depend on the text, and the texts that it was asked for. */
function makeModel(cache: EmbeddingCache, id = "llm.test:m") {
  const state = { dimensions: 8, asked: [] as string[], calls: 0, failsAt: Infinity };
  const model: CachedModel = {
    id,
    cache,
    embedder: {
      embed: async (texts) => {
        if (++state.calls >= state.failsAt) throw new ModelUnavailable("server_error", "away");
        state.asked.push(...texts);
        return texts.map((text) => vectorOf(text, state.dimensions));
      },
    },
  };
  return { model, state };
}

const vectorOf = (text: string, dimensions = 8) =>
  Float32Array.from({ length: dimensions }, (_none, at) => Math.sin(text.length * 7 + at * at));

describe("embedding texts with a cache", () => {
  it("gives the same vectors from the cache as without one", async () => {
    const { cache } = makeCache();
    const { model, state } = makeModel(cache);
    const texts = ["a heron", "a harbour in the fog", "a"];
    const fresh = await embedCached(model, PASSAGE, texts);
    const cached = await embedCached(model, PASSAGE, texts.toReversed());
    const without = await embedCached({ ...model, cache: AWAY }, PASSAGE, texts);

    expect(fresh).toEqual(texts.map((text) => quantize(vectorOf(text))));
    expect(cached.toReversed()).toEqual(fresh);
    expect(without).toEqual(fresh);
    expect(state.asked).toEqual([...texts, ...texts]);
    const [question] = await embedCached(model, QUESTION, ["a heron"]);
    const [again] = await embedCached(model, QUESTION, ["a heron"]);
    expect(question).toEqual(vectorOf("a heron"));
    expect(again).toEqual(question);
  });

  it("asks the cache once for all texts, and the model once for each new one", async () => {
    const { cache, calls } = makeCache();
    const { model, state } = makeModel(cache);
    const texts = Array.from({ length: 250 }, (_none, at) => `text ${at % 120}`);
    const vectors = await embedCached(model, PASSAGE, texts);

    expect(vectors).toEqual(texts.map((text) => quantize(vectorOf(text))));
    expect(state.asked).toHaveLength(120);
    expect(calls).toEqual({ find: 1, keep: 2 });
    expect(await embedCached(model, PASSAGE, texts)).toEqual(vectors);
    expect([state.asked.length, calls.find]).toEqual([120, 2]);
  });

  it("takes copies of a text that look the same for one text, and no others", async () => {
    const { model, state } = makeModel(makeCache().cache);
    const same = ["Caf\u00e9\nopen", "Cafe\u0301\r\nopen", "  Caf\u00e9 \ropen\n"];
    await embedCached(model, QUESTION, same);
    expect(state.asked).toEqual(["Caf\u00e9\nopen"]);
    await embedCached(model, QUESTION, ["caf\u00e9\nopen", "Caf\u00e9 open", "  x", "   "]);
    expect(state.asked.slice(1)).toEqual(["caf\u00e9\nopen", "Caf\u00e9 open", "x", "   "]);
  });

  it("keeps the models and the forms of vectors apart", async () => {
    const { cache } = makeCache();
    const models = ["a.test:m", "b.test:m", "a.test:n"].map((id) => makeModel(cache, id));
    for (const { model, state } of models) {
      await embedCached(model, PASSAGE, ["text"]);
      await embedCached(model, QUESTION, ["text"]);
      expect(state.asked).toEqual(["text", "text"]);
    }
  });

  it("does not embed again what was embedded before a failure", async () => {
    const { cache } = makeCache();
    const { model, state } = makeModel(cache);
    const texts = Array.from({ length: 250 }, (_none, at) => `text ${at}`);
    state.failsAt = 3;
    await expect(embedCached(model, PASSAGE, texts)).rejects.toThrow("away");
    state.failsAt = Infinity;
    await embedCached(model, PASSAGE, texts);

    expect(state.asked).toEqual(texts);
  });

  it("embeds all texts again when the model makes vectors of another length", async () => {
    const { cache } = makeCache();
    const { model, state } = makeModel(cache);
    await embedCached(model, PASSAGE, ["one", "two"]);
    state.dimensions = 12;
    const vectors = await embedCached(model, PASSAGE, ["one", "two", "three"]);

    expect(vectors.map(({ length }) => length)).toEqual([12, 12, 12]);
    expect(state.asked).toEqual(["one", "two", "three", "one", "two"]);
    await embedCached(model, PASSAGE, ["one", "two", "three"]);
    expect(state.asked).toHaveLength(5);
  });

  it("refuses vectors of several lengths", async () => {
    const { model } = makeModel(makeCache().cache);
    const mixed: CachedModel = {
      ...model,
      embedder: { embed: async (texts) => texts.map((text) => vectorOf(text, text.length)) },
    };
    await expect(embedCached(mixed, PASSAGE, ["one", "three"])).rejects.toThrow(
      "The model 'm' returned vectors of several lengths",
    );
  });

  it("asks nobody for no text", async () => {
    const { cache, calls } = makeCache();
    const { model, state } = makeModel(cache);
    expect(await embedCached(model, PASSAGE, [])).toEqual([]);
    expect([calls.find, state.calls]).toEqual([0, 0]);
  });
});
