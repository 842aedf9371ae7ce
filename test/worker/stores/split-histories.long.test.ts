import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { describe, it, vi } from "vitest";

import { search } from "../../../src/retrieval/search.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { makeStore } from "../../rules/retrieval/shards.ts";
import { createReindexed } from "./reindexed.ts";
import { storeStub } from "./store.ts";

type Store = Awaited<ReturnType<typeof createReindexed>>;

const RUNS = 4;
const WORDS = "alpha beta gamma delta epsilon zeta eta theta".split(" ");
const QUESTIONS = ["alpha beta", "delta zeta theta", "epsilon"];

/** Makes a text of one chunk, of words that other texts have, too. */
const makeText = (seed: number) =>
  Array.from(
    { length: 3 + (seed % 9) },
    (_, at) => WORDS[(seed * (at + 3) + at * at) % WORDS.length],
  ).join(" ");

/** A step of a history. `at` chooses a file. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("add" as const), at: fc.nat(99) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("remove" as const, "mark" as const, "end" as const, "abort" as const),
      at: fc.nat(99),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "reindex" as const,
        "pause" as const,
        "resume" as const,
        "switch" as const,
        "revert" as const,
        "cancel" as const,
        "finish" as const,
      ),
      at: fc.nat(99),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** A store, and its files as they must be found. */
class History {
  readonly files = new Map<string, { readonly text: string; mark: string }>();
  readonly store: Store;
  #added = 0;

  constructor(store: Store) {
    this.store = store;
  }

  async run({ kind, at }: Step): Promise<void> {
    switch (kind) {
      case "add":
        return await this.#add(at);
      case "remove":
      case "mark":
        return await this.#change(kind, at);
      case "end":
        await evictDurableObject(this.#stub());
        return;
      case "abort":
        await abortAllDurableObjects();
        return;
      case "reindex":
        await this.#ask("", { search_shards: 1 + (at % 4) });
        return;
      case "pause":
      case "resume":
      case "switch":
      case "revert":
      case "cancel":
      case "finish":
        await this.#ask(`/${kind}`);
    }
  }

  /** Compares searches with the oracle, which scores every chunk in plain JavaScript. */
  async check(expect: (found: unknown, wanted: unknown) => void): Promise<void> {
    await this.#untilPurged();
    const documents = [...this.files].map(([id, { text }]) =>
      makeDocument(id.replace("file-", ""), [text]),
    );
    const oracle = makeStore([documents]);
    for (const query of QUESTIONS) {
      const request = {
        queries: [query],
        filter: null,
        maxResults: 50,
        scoreThreshold: 0,
        weights: null,
      };
      const wanted = await search(oracle, request);
      const found = await this.store.rank(query);
      expect(
        found.map(({ fileId, score }) => `${fileId} ${score}`).toSorted(),
        wanted.ok && wanted.value.hits.map(({ fileId, score }) => `${fileId} ${score}`).toSorted(),
      );
    }
    const filters = { type: "eq", key: "mark", value: "b" } as const;
    const { id, client } = this.store;
    const marked = await client.vectorStores.search(id, {
      query: WORDS.join(" "),
      filters,
      max_num_results: 50,
    });
    expect(
      marked.data.map((hit) => hit.file_id).toSorted(),
      [...this.files].flatMap(([fileId, { mark }]) => (mark === "b" ? [fileId] : [])).toSorted(),
    );
  }

  async #add(seed: number): Promise<void> {
    const { client, id } = this.store;
    const text = `${makeText(seed)} part${this.#added++}`;
    const file = await client.files.create({
      file: new File([text], "notes.txt"),
      purpose: "assistants",
    });
    await client.vectorStores.files.createAndPoll(
      id,
      { file_id: file.id, attributes: { mark: "a" } },
      { pollIntervalMs: 20 },
    );
    this.files.set(file.id, { text, mark: "a" });
  }

  async #change(kind: "remove" | "mark", at: number): Promise<void> {
    const { client, id } = this.store;
    const [fileId, file] = [...this.files][at % Math.max(1, this.files.size)] ?? [];
    if (fileId === undefined || !file) return;
    if (kind === "remove") {
      await client.vectorStores.files.delete(fileId, { vector_store_id: id });
      this.files.delete(fileId);
      return;
    }
    await client.vectorStores.files.update(fileId, {
      vector_store_id: id,
      attributes: { mark: "b" },
    });
    file.mark = "b";
    // A copy that is being made has the old attributes, so the file is indexed again.
    await vi.waitUntil(
      async () =>
        (await client.vectorStores.files.retrieve(fileId, { vector_store_id: id })).status ===
        "completed",
      { timeout: 10_000, interval: 20 },
    );
  }

  /** A stub is of no use any more after its object was aborted. */
  #stub() {
    return storeStub(this.store.scope, this.store.id);
  }

  /** A request may be refused, since a history asks at any time. */
  async #ask(path: string, body?: object): Promise<void> {
    const { status } = await this.store.call(path, body);
    if (![200, 404, 409].includes(status)) throw new Error(`${path} is answered with ${status}`);
  }

  /** The statistics of words have removed files until these are purged. */
  async #untilPurged(): Promise<void> {
    await vi.waitUntil(
      async () => (await this.store.sizes()).reduce((sum, one) => sum + one, 0) === this.files.size,
      { timeout: 10_000, interval: 20 },
    );
    await vi.waitUntil(
      async () => {
        const plan = await this.#stub().plan([]);
        return plan.ok && plan.value.chunkCount === this.files.size;
      },
      { timeout: 10_000, interval: 20 },
    );
  }
}

describe("histories of writes and deletes beside splits and merges", { timeout: 300_000 }, () => {
  it("rank as the oracle at each moment, whatever ends, is asked twice or cancelled", async ({
    expect,
  }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 16 }), async (steps) => {
        const history = new History(await createReindexed());
        for (const at of [1, 2, 3]) await history.run({ kind: "add", at });
        for (const one of steps) {
          await history.run(one);
          await history.check((found, wanted) => expect(found).toEqual(wanted));
        }
      }),
      { numRuns: RUNS },
    );
  });
});
