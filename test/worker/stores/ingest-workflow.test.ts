import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { toFile } from "openai";
import { beforeAll, beforeEach, describe, it, type MockInstance, vi } from "vitest";

import { isVectorStoreId } from "../../../src/ids.ts";
import {
  http,
  createAnsweringProject,
  type AnsweringProject,
} from "../conversation/answering-project.ts";
import { echo } from "../runs/workflow-project.ts";
import { storeStub } from "./store.ts";

const INDEX = { use: "ingest.file@1" };
/** Tells an API about a file, under an address that a test can recognise. */
const notify = (tag: string, more: object = {}) => ({
  ...http(`/echo?tag=${tag}&file=\${ input.file_id }&name=\${ input.filename }`, {
    needs: ["index"],
    ...more,
  }),
});

let project: AnsweringProject;
let sent: MockInstance<typeof fetch>;

beforeAll(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  sent = vi.spyOn(globalThis, "fetch");
});
beforeEach(async () => {
  project = await createAnsweringProject();
  await project.grantHttp();
});

const calls = (tag: string) =>
  sent.mock.calls
    .map(([input]) => new Request(input).url)
    .filter((url) => url.includes(`tag=${tag}&`));

/** Saves it as the project's own way to take in files. */
const ingestBy = (steps: Readonly<Record<string, object>>, output?: unknown) =>
  project.save(steps, output, "ingest");

async function attach(storeId: string, text: string, attributes = {}) {
  const { client } = project;
  const file = await client.files.create({
    file: await toFile(Buffer.from(text), "notes.txt"),
    purpose: "assistants",
  });
  await client.vectorStores.files.create(storeId, { file_id: file.id, attributes });
  return file.id;
}

const ended = (storeId: string, fileId: string) =>
  vi.waitUntil(
    async () => {
      const file = await project.client.vectorStores.files.retrieve(fileId, {
        vector_store_id: storeId,
      });
      return file.status !== "in_progress" && file;
    },
    { timeout: 10_000 },
  );

const listRuns = async (storeId: string) => {
  if (!isVectorStoreId(storeId)) throw new Error(`${storeId} is no store`);
  return await runInDurableObject(storeStub(project.scope, storeId), (_object, { storage }) =>
    storage.sql.exec("SELECT id, status FROM kernel_run WHERE id LIKE 'ingest/%'").toArray(),
  );
};

describe("a project's own ingestion", () => {
  it("indexes the file and tells the steps after it which it was", async ({ expect }) => {
    const { client } = project;
    const { id } = await client.vectorStores.create({});
    await ingestBy({
      index: INDEX,
      name: echo(
        "${ input.filename }-${ input.attributes.kind }-${ steps.index.output.status }-${ steps.index.output.chunks }-${ input.vector_store_id }",
        { needs: ["index"] },
      ),
      notify: {
        ...http("/echo?tag=heard&said=${ steps.name.output }&file=${ input.file_id }&"),
        needs: ["name"],
      },
    });

    const fileId = await attach(id, "The heron nests in tall trees.", { kind: "bird" });

    expect(await ended(id, fileId)).toMatchObject({ status: "completed", last_error: null });
    const found = await client.vectorStores.search(id, { query: "Where does the heron nest?" });
    expect(found.data[0]).toMatchObject({ file_id: fileId, attributes: { kind: "bird" } });
    await expect.poll(() => calls("heard")).toHaveLength(1);
    expect(calls("heard")[0]).toContain(`said=notes.txt-bird-completed-1-${id}&file=${fileId}`);
    await expect.poll(() => listRuns(id)).toEqual([]);
  });

  it("treats every file, also one whose bytes are here", async ({ expect }) => {
    const { id } = await project.client.vectorStores.create({});
    await ingestBy({ index: INDEX, notify: notify("twice") });

    const files = [await attach(id, "The same bytes."), await attach(id, "The same bytes.")];

    for (const fileId of files) expect((await ended(id, fileId)).status).toBe("completed");
    await expect.poll(() => calls("twice")).toHaveLength(2);
  });

  it("leaves a file indexed when a step after that fails", async ({ expect }) => {
    const { client } = project;
    const { id } = await client.vectorStores.create({});
    await ingestBy({ index: INDEX, notify: notify("broken&status=400") });

    const fileId = await attach(id, "The otter swims in rivers.");

    expect(await ended(id, fileId)).toMatchObject({ status: "completed" });
    await expect.poll(() => listRuns(id)).toEqual([]);
    expect(calls("broken")).toHaveLength(1);
    expect(await ended(id, fileId)).toMatchObject({ status: "completed", last_error: null });
    expect((await client.vectorStores.retrieve(id)).file_counts).toMatchObject({
      completed: 1,
      failed: 0,
    });
  });

  it("lets the steps after it see a file that could not be read", async ({ expect }) => {
    const { id } = await project.client.vectorStores.create({});
    await ingestBy({
      index: INDEX,
      notify: notify("failed", { when: 'steps.index.output.status == "failed"' }),
    });

    const [bad, good] = [await attach(id, "\0\u0001\u0002"), await attach(id, "Good text.")];

    expect((await ended(id, bad)).last_error?.code).toBe("unsupported_file");
    expect((await ended(id, good)).status).toBe("completed");
    await expect.poll(() => listRuns(id)).toEqual([]);
    expect(calls("failed")).toEqual([expect.stringContaining(bad)]);
  });

  it("fails a file that it never indexes, and says why", async ({ expect }) => {
    const { client } = project;
    const { id } = await client.vectorStores.create({});
    const reasons = [
      [{ note: echo("seen") }, "the workflow ingest ended without indexing it"],
      [
        { index: { ...INDEX, when: 'input.filename.endsWith(".pdf")' } },
        "the workflow ingest ended without indexing it",
      ],
      [
        { check: http("/status?status=403&say=No"), index: { ...INDEX, needs: ["check"] } },
        /check: .*403/,
      ],
    ] as const;
    for (const [steps, why] of reasons) {
      await ingestBy(steps);
      const fileId = await attach(id, `Text ${crypto.randomUUID()}`);

      const { status, last_error } = await ended(id, fileId);

      expect({ status, code: last_error?.code }).toEqual({
        status: "failed",
        code: "server_error",
      });
      expect(last_error?.message).toMatch(why);
      expect(last_error?.message).toMatch(/^The file could not be indexed: .* again to retry\.$/);
    }
    await expect.poll(() => listRuns(id)).toEqual([]);
  });

  it("counts a file in its batch as failed when its run ends as it starts", async ({ expect }) => {
    const { client } = project;
    const store = await client.vectorStores.create({});
    await ingestBy({ index: { ...INDEX, when: 'input.filename.endsWith(".pdf")' } });
    const file = await client.files.create({
      file: await toFile(Buffer.from("A heron."), "notes.txt"),
      purpose: "assistants",
    });

    const { id } = await client.vectorStores.fileBatches.create(store.id, { file_ids: [file.id] });

    expect(await ended(store.id, file.id)).toMatchObject({ status: "failed" });
    const batch = await client.vectorStores.fileBatches.retrieve(id, { vector_store_id: store.id });
    expect(batch).toMatchObject({
      status: "completed",
      file_counts: { in_progress: 0, failed: 1, total: 1 },
    });
  });

  it("is not done by a workflow that it starts", async ({ expect }) => {
    const { id } = await project.client.vectorStores.create({});
    const { workflow } = await project.save({ index: INDEX });
    await ingestBy({ sub: { use: "workflow@1", with: { workflow, input: {} } } });

    const fileId = await attach(id, "The badger digs setts.");

    expect((await ended(id, fileId)).last_error?.message).toContain("Only the top-level workflow");
  });

  it("is not done twice", async ({ expect }) => {
    const { id } = await project.client.vectorStores.create({});
    const { workflow } = await project.save({ index: INDEX });
    const input = { fileId: "${ input.fileId }", version: "${ input.version }" };
    const again = { use: "workflow@1", needs: ["index"], with: { workflow, input } };
    await ingestBy({ index: INDEX, again, notify: notify("over", { needs: ["again"] }) });

    const fileId = await attach(id, "The badger digs setts.");

    expect((await ended(id, fileId)).status).toBe("completed");
    await expect.poll(() => listRuns(id), { timeout: 5_000 }).toEqual([]);
    expect(calls("over")).toEqual([]);
    const twice = await project.post("/workflows", {
      name: "twice",
      steps: { one: INDEX, two: { ...INDEX, needs: ["one"] } },
    });
    expect(await twice.text()).toContain("ingest.file@1 may be used once");
  });

  it("can be replaced while files are under way, which end as they began", async ({ expect }) => {
    const { post, client } = project;
    const { id } = await client.vectorStores.create({});
    await ingestBy({
      pause: { use: "sleep@1", with: { for: "500ms" } },
      index: { ...INDEX, needs: ["pause"] },
      notify: notify("first"),
    });
    const first = await attach(id, "The first file.");
    await ingestBy({ index: INDEX, notify: notify("second") });
    const second = await attach(id, "The second file.");
    await abortAllDurableObjects();

    for (const fileId of [first, second]) {
      expect((await ended(id, fileId)).status).toBe("completed");
    }
    await expect.poll(() => listRuns(id)).toEqual([]);
    expect(calls("first")).toEqual([expect.stringContaining(first)]);
    expect(calls("second")).toEqual([expect.stringContaining(second)]);
    expect((await post("/workflows", { name: "ingest", steps: {} })).status).toBe(400);
  });

  it("stops what it still has to do for a file that is detached", async ({ expect }) => {
    const { client } = project;
    const { id } = await client.vectorStores.create({});
    await ingestBy({
      index: INDEX,
      later: { use: "sleep@1", with: { for: "1h" }, needs: ["index"] },
    });
    const fileId = await attach(id, "The stork stands.");
    await ended(id, fileId);
    expect(await listRuns(id)).toHaveLength(1);

    await client.vectorStores.files.delete(fileId, { vector_store_id: id });

    expect(await listRuns(id)).toEqual([]);
  });
});
