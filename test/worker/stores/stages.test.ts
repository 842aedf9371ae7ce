import { evictDurableObject } from "cloudflare:test";
import { beforeAll, describe, it } from "vitest";

import { completed, createStore, fileToAttach, holdQueue } from "./store.ts";

beforeAll(holdQueue);

describe("the stage of a file", () => {
  it("follows the consumer that indexes it", async ({ expect }) => {
    const { store, messages, id, fetch } = await createStore();
    const file = fileToAttach();
    const read = async (include = "?include=edgewise.stage") => {
      const path = `/vector_stores/${id}/files/${file.fileId}`;
      const shown: { stage?: string | null } = await (await fetch(path + include)).json();
      return shown.stage;
    };
    await store.attach([file]);
    expect(await read()).toBe("queued");
    expect(await read("")).toBeUndefined();

    const [message] = await messages(1);
    if (!message) throw new Error("no message was sent");
    const [task] = await store.take([message]);
    if (!task) throw new Error("the task was not given");
    expect(await read()).toBe("parsing");
    const { fileId, version, lease } = task;
    await store.noteStages([{ fileId, version, lease, stage: "embedding" }]);
    expect(await read()).toBe("embedding");
    await store.noteStages([{ fileId, version, lease: "another", stage: "chunking" }]);
    expect(await read()).toBe("embedding");

    // The stage is in memory alone.
    await evictDurableObject(store);
    expect(await read()).toBe("parsing");
    await store.noteStages([{ fileId, version, lease, stage: "indexing" }]);
    expect(await read()).toBe("indexing");

    await store.report([completed(task)]);
    expect(await read()).toBeNull();
    await store.noteStages([{ fileId, version, lease, stage: "indexing" }]);
    expect(await read()).toBeNull();
  });

  it("is in the list of files, and begins again with another attempt", async ({ expect }) => {
    const { store, messages, id, fetch } = await createStore();
    await store.attach([fileToAttach()]);
    const list = async () => {
      const response = await fetch(`/vector_stores/${id}/files?include=edgewise.stage`);
      const { data }: { data: readonly { stage: string | null }[] } = await response.json();
      return data.map(({ stage }) => stage);
    };
    const [task] = await store.take(await messages(1));
    if (!task) throw new Error("the task was not given");
    const { fileId, version, lease } = task;
    await store.noteStages([{ fileId, version, lease, stage: "embedding" }]);
    expect(await list()).toEqual(["embedding"]);

    const outcome = { kind: "retry", message: "away" } as const;
    await store.report([{ fileId, version, lease, outcome }]);
    expect(await list()).toEqual(["queued"]);
  });
});
