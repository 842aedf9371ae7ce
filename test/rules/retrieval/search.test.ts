import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { err, ok } from "../../../src/result.ts";
import { search, type SearchDeps, type SearchRequest } from "../../../src/retrieval/search.ts";
import { makeDocument } from "./documents.ts";
import { makeStore } from "./shards.ts";

const REQUEST: SearchRequest = {
  queries: ["alpha beta"],
  filter: null,
  maxResults: 10,
  scoreThreshold: 0,
  weights: null,
};

async function findHits(deps: SearchDeps<never>, request: Partial<SearchRequest> = {}) {
  const found = await search(deps, { ...REQUEST, ...request });
  if (!found.ok) throw new Error("This store refuses nothing");
  return found.value;
}

function refuseToEmbed(): never {
  throw new Error("No model is to be asked");
}

/** Returns the order and the exact scores, which must be equal. */
const ranking = async (deps: SearchDeps<never>, request: Partial<SearchRequest>) =>
  (await findHits(deps, request)).hits.map(({ chunkId, score }) => [chunkId, score]);

const word = fc.constantFrom("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta");
const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(" "));
/** Texts, their shards (often a single one), and a question. */
const corpus = fc.record({
  texts: fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 25 }),
  shardCount: fc.integer({ min: 1, max: 6 }),
  skew: fc.double({ min: 0, max: 8, noNaN: true }),
  places: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), {
    minLength: 25,
    maxLength: 25,
  }),
  question: text,
  maxResults: fc.integer({ min: 1, max: 12 }),
});

describe("search", () => {
  it("ranks the same for any split of the documents into shards", async () => {
    await fc.assert(
      fc.asyncProperty(
        corpus,
        async ({ texts, shardCount, skew, places, question, maxResults }) => {
          const documents = texts.map((chunks, index) => makeDocument(`d${index}`, chunks));
          const shards = Array.from({ length: shardCount }, (_, number) =>
            documents.filter(
              (_document, index) =>
                Math.floor((places[index] ?? 0) ** (1 + skew) * shardCount) === number,
            ),
          );
          const request = { queries: [question], maxResults };
          const split = await ranking(makeStore(shards), request);
          expect(split).toEqual(await ranking(makeStore([documents]), request));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("ranks the same when every chunk with a word is in one shard", async () => {
    const about = Array.from({ length: 40 }, (_, n) =>
      makeDocument(`a${n}`, [`alpha ${"beta ".repeat(n)}`]),
    );
    const other = Array.from({ length: 60 }, (_, n) =>
      makeDocument(`b${n}`, [`gamma ${"beta ".repeat(n)}`]),
    );

    expect(await ranking(makeStore([about, other]), {})).toEqual(
      await ranking(makeStore([[...other, ...about]]), {}),
    );
  });

  it("ranks the same for any order of writing", async () => {
    const order = corpus.chain((made) =>
      fc
        .shuffledSubarray([...made.texts.keys()], { minLength: made.texts.length })
        .map((indexes) => ({ ...made, indexes })),
    );
    await fc.assert(
      fc.asyncProperty(order, async ({ texts, indexes, question, maxResults }) => {
        const documents = texts.map((chunks, index) => makeDocument(`d${index}`, chunks));
        const shuffled = indexes.flatMap((index) => documents[index] ?? []);
        const request = { queries: [question], maxResults };
        expect(await ranking(makeStore([shuffled]), request)).toEqual(
          await ranking(makeStore([documents]), request),
        );
      }),
    );
  });

  it("filters before it cuts: a filter removes only documents that do not match", async () => {
    await fc.assert(
      fc.asyncProperty(
        corpus,
        fc.integer({ min: 1, max: 5 }),
        async ({ texts, question, maxResults }, every) => {
          const documents = texts.map((chunks, index) =>
            makeDocument(`d${index}`, chunks, { attributes: { group: index % every } }),
          );
          const filter = { type: "eq", key: "group", value: 0 } as const;
          const all = await findHits(makeStore([documents]), {
            queries: [question],
            maxResults: 100,
          });
          const wanted = all.hits.filter(({ attributes }) => attributes["group"] === 0);
          const found = await findHits(makeStore([documents]), {
            queries: [question],
            maxResults,
            filter,
          });
          expect(found.hits).toEqual(wanted.slice(0, maxResults));
        },
      ),
    );
  });

  it("never returns hidden files, and returns the next hits instead", async () => {
    const documents = ["a", "b", "c"].map((name) => makeDocument(name, ["alpha"]));
    const found = await findHits(makeStore([documents], ["file-a"]), { maxResults: 2 });

    expect(found.hits.map(({ fileId }) => fileId)).toEqual(["file-b", "file-c"]);
  });

  it("keeps the best score of a passage that several queries find", async () => {
    const store = makeStore([[makeDocument("a", ["alpha beta"]), makeDocument("b", ["gamma"])]]);
    const [first] = await ranking(store, { queries: ["gamma"] });
    const both = await ranking(store, { queries: ["alpha gamma", "gamma", "gamma zeta"] });

    expect(both).toHaveLength(2);
    expect(both).toContainEqual(first);
  });

  it("scores between 0 and 1, lowest when no word matches", async () => {
    const store = makeStore([
      [makeDocument("a", ["alpha beta alpha beta"]), makeDocument("b", ["beta"])],
    ]);
    const [good] = (await findHits(store, { queries: ["alpha"] })).hits;
    const [nonsense] = (await findHits(store, { queries: ["qwxyz jkvbn"] })).hits;

    expect(good?.score).toBeGreaterThan(0.5);
    expect(good?.score).toBeLessThanOrEqual(1);
    expect(nonsense?.score ?? 0).toBeLessThan(0.1);
  });

  it("finds a misspelled word with the default weights", async () => {
    const store = makeStore([
      [makeDocument("a", ["photosynthesis in leaves"]), makeDocument("b", ["copper price"])],
    ]);
    const { hits } = await findHits(store, { queries: ["fotosynthesis"] });

    expect(hits[0]?.chunkId).toBe("a-0000");
  });

  it("never drops an exact word because of its vector", async () => {
    const store = makeStore([[makeDocument("a", ["alpha"]), makeDocument("b", ["beta"])]]);
    const { hits } = await findHits(store, {
      queries: ["alpha"],
      weights: { lexical: 1, dense: 0 },
      scoreThreshold: 0.4,
    });

    expect(hits.map(({ chunkId, dense }) => [chunkId, dense])).toEqual([["a-0000", 0]]);
  });

  it("calls no embedding model when only words count", async () => {
    const store = makeStore([[makeDocument("a", ["alpha"])]]);
    const { hits } = await findHits(
      { ...store, embedder: refuseToEmbed },
      { weights: { lexical: 2, dense: 0 } },
    );

    expect(hits).toHaveLength(1);
  });

  it("leaves a shard out that fails or hangs, says so, and ranks the others as before", async () => {
    const store = makeStore([
      [makeDocument("a", ["alpha"])],
      [makeDocument("b", ["alpha"])],
      [makeDocument("c", ["alpha beta"])],
    ]);
    const whole = await findHits(store);
    const leftOut: number[] = [];
    const broken = (answer: () => Promise<never>): SearchDeps<never> => ({
      ...store,
      onLeftOut: (number) => leftOut.push(number),
      shard: (generation, number, query) =>
        number === 1 ? answer() : store.shard(generation, number, query, null),
    });

    for (const answer of [
      () => Promise.reject(new Error("The object was reset")),
      () => new Promise<never>(() => {}),
    ]) {
      const found = await findHits(broken(answer));
      expect(found.partial).toBe(true);
      expect(found.hits).toEqual(whole.hits.filter(({ fileId }) => fileId !== "file-b"));
    }
    expect(leftOut).toEqual([1, 1]);
    expect(whole).not.toHaveProperty("partial");
  });

  it("says that it is partial when the plan lacks a shard", async () => {
    const store = makeStore([[makeDocument("a", ["alpha"])]]);
    const plan: SearchDeps<never>["plan"] = async (terms) => {
      const planned = await store.plan(terms);
      return planned.ok ? ok({ ...planned.value, unavailable: [1] }) : planned;
    };

    expect(await findHits({ ...store, plan })).toMatchObject({ partial: true, hits: [{}] });
  });

  it("fails when no shard answers, with the first shard's own error", async () => {
    const failure = Object.assign(new Error("The object was reset"), { retryable: true });
    const store = makeStore([[makeDocument("a", ["alpha"])], [makeDocument("b", ["alpha"])]]);
    const shard: SearchDeps<never>["shard"] = () => Promise.reject(failure);

    await expect(search({ ...store, shard }, REQUEST)).rejects.toBe(failure);
  });

  it("returns the store's refusal", async () => {
    const refusal = err({ code: "not_found" as const });
    const deps = { ...makeStore([]), plan: async () => refusal };

    expect(await search(deps, REQUEST)).toEqual(refusal);
  });

  it("explains a hit with parts that add up to its score, and the reason why others were cut", async () => {
    const documents = Array.from({ length: 5 }, (_, n) =>
      makeDocument(`d${n}`, [`alpha ${"beta gamma ".repeat(n)}`, "gamma"]),
    );
    const { hits, cut } = await findHits(makeStore([documents]), { maxResults: 3, explain: true });

    expect(hits).toHaveLength(3);
    for (const { explanation, score, lexical } of hits) {
      if (!explanation) throw new Error("An explanation was asked for");
      const { weights, dense, lexical: words } = explanation;
      const sum = words.terms.reduce((total, { contribution }) => total + contribution, 0);
      expect(sum).toBeCloseTo(lexical, 12);
      expect(weights.lexical * sum + weights.dense * dense).toBeCloseTo(score, 12);
    }
    expect(cut.map(({ reason }) => reason)).toContain("max_num_results");
    const strict = await findHits(makeStore([documents]), { scoreThreshold: 0.99, explain: true });
    expect(strict.hits).toEqual([]);
    expect(strict.cut[0]?.reason).toBe("score_threshold");
  });
});
