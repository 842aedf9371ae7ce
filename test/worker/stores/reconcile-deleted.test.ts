import { afterEach, describe, it, vi } from "vitest";

import { Corpus } from "../../../src/platform/databases/corpus.ts";
import {
  copyTables,
  countAttached,
  countChunks,
  createStore,
  reconcile,
  STORE_TABLES,
} from "./reconcilable.ts";

afterEach(() => void vi.restoreAllMocks());

describe("a store that is deleted while it is reconciled", () => {
  it("gets no file attached again", async ({ expect }) => {
    const store = await createStore();
    await store.add("harbour");
    const restore = await copyTables(store.stub, STORE_TABLES);
    await store.add("library");
    await restore();
    const deletion = Promise.withResolvers<void>();
    const readDocuments = Reflect.get(Corpus.prototype, "readDocuments");
    const reading = vi.spyOn(Corpus.prototype, "readDocuments");
    reading.mockImplementation(async function (this: Corpus, ...args) {
      const page = await readDocuments.apply(this, args);
      await deletion.promise;
      return page;
    });

    const reconciled = reconcile(store, store.id);
    await vi.waitUntil(() => reading.mock.calls.length > 0);
    await store.client.vectorStores.delete(store.id);
    await vi.waitUntil(async () => (await countAttached(store.stub)) === 0);
    deletion.resolve();

    expect(await reconciled).toEqual({});
    expect(await countAttached(store.stub)).toBe(0);
    expect(await countChunks(store.id)).toBe(0);
  });
});
