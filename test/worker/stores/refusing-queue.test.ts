import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { createProject } from "../project.ts";

afterEach(() => void vi.restoreAllMocks());

describe("a queue that refuses messages after the file's row was written", () => {
  it("delays the ingestion, and loses no file", async ({ expect }) => {
    const { client } = await createProject();
    const store = await client.vectorStores.create({ name: "refused" });
    const file = new File(["The harbour opens at nine."], "a.txt");
    const { id } = await client.files.create({ file, purpose: "assistants" });
    // One prototype serves every binding of a queue, also the one that the objects have.
    const queue: typeof env.INGEST = Object.getPrototypeOf(env.INGEST);
    const send = vi.spyOn(queue, "sendBatch");
    send.mockRejectedValueOnce(new Error("Queue is overloaded. Please back off."));
    const attached = await client.vectorStores.files.create(store.id, { file_id: id });

    expect(attached.status).toBe("in_progress");
    await vi.waitUntil(
      async () => {
        const found = await client.vectorStores.files.retrieve(id, { vector_store_id: store.id });
        return found.status === "completed";
      },
      { timeout: 25_000, interval: 50 },
    );
    expect(send.mock.calls.length).toBeGreaterThan(1);
  });
});
