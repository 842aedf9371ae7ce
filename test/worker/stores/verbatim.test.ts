import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import type { FileId } from "../../../src/ids.ts";
import { textKey } from "../../../src/knowledge/scope.ts";
import { BEFORE_VERBATIM } from "../../fakes/before-verbatim.ts";
import { createReindexed, SMALL, textAbout } from "./reindexed.ts";

async function createStore() {
  const store = await createReindexed();
  const { projectId } = store.scope;
  return {
    ...store,
    read: async (fileId: FileId) =>
      (await store.fetch(`/vector_stores/${store.id}/files/${fileId}/content`)).json(),
    isStored: async (fileId: FileId) => (await env.FILES.head(textKey(projectId, fileId))) !== null,
    /** Stores the text of a file, as the build before has. */
    storeText: (fileId: FileId, text: string) => env.FILES.put(textKey(projectId, fileId), text),
  };
}

const contentOf = (text: string) => ({ data: [{ type: "text", text }] });

describe("a file whose bytes are its text", () => {
  it("has no text of its own, and shows its bytes", async ({ expect }) => {
    const store = await createStore();
    const file = await store.add("harbour");
    const twin = await store.add("harbour");
    const other = await store.add("library", {}, "The library\r\nopens at nine.");

    expect(await store.read(file)).toMatchObject(contentOf(textAbout("harbour")));
    expect(await store.read(twin)).toMatchObject(contentOf(textAbout("harbour")));
    expect(await store.read(other)).toMatchObject(contentOf("The library\nopens at nine."));
    expect(await store.isStored(file)).toBe(false);
    expect(await store.isStored(twin)).toBe(false);
    expect(await store.isStored(other)).toBe(true);
  });

  it("is served by its twin's bytes while that is attached, and then by its own", async ({
    expect,
  }) => {
    const store = await createStore();
    const file = await store.add("harbour");
    const twin = await store.add("harbour");
    await store.client.files.delete(file);
    expect(await store.read(twin)).toMatchObject(contentOf(textAbout("harbour")));
    await store.client.vectorStores.files.poll(store.id, twin);
    expect(await store.find("harbour")).toBeGreaterThan(0);
    expect(await store.read(twin)).toMatchObject(contentOf(textAbout("harbour")));
  });

  it("is copied to another generation", async ({ expect }) => {
    const store = await createStore();
    const file = await store.add("harbour");
    expect(await store.build({ chunking_strategy: SMALL })).toMatchObject({
      file_counts: { copied: 1, failed: 0 },
    });
    await store.act("switch");
    expect(await store.find("harbour")).toBeGreaterThan(1);
    expect(await store.isStored(file)).toBe(false);
    expect(await store.read(file)).toMatchObject(contentOf(textAbout("harbour")));
  });

  it("keeps the text that the build before has stored, until it is indexed again", async ({
    expect,
  }) => {
    const store = await createStore();
    const file = await store.add("harbour");
    await store.storeText(file, "The text of the build before.");
    await store.change(BEFORE_VERBATIM);

    expect(await store.read(file)).toMatchObject(contentOf("The text of the build before."));
    await store.client.vectorStores.files.update(file, {
      vector_store_id: store.id,
      attributes: { kind: "place" },
    });
    expect(await store.read(file)).toMatchObject(contentOf("The text of the build before."));
    const again = await store.fetch(`/vector_stores/${store.id}/files/${file}/reingest`, {
      method: "POST",
    });
    expect(again.status).toBe(200);
    await store.client.vectorStores.files.poll(store.id, file);
    expect(await store.read(file)).toMatchObject(contentOf(textAbout("harbour")));
  });
});
