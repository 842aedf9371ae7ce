import { beforeAll, describe, it } from "vitest";

import type { FileId } from "../../../src/ids.ts";
import { newId } from "../../../src/ids.ts";
import type { IngestTask } from "../../../src/ingest/ingest-types.ts";
import { completed, createStore, fileToAttach, holdQueue, unwrap } from "./store.ts";

beforeAll(holdQueue);

const fail = ({ fileId, version, lease }: IngestTask) =>
  ({
    fileId,
    version,
    lease,
    outcome: { kind: "failed", code: "invalid_file", message: "It has no text." },
  }) as const;

/** Creates a store with one file, which a consumer has taken. Its chunks may be in a search shard, unreported. */
async function createTaken() {
  const { store, messages } = await createStore();
  const batchId = newId("vsfb_");
  const sha256 = "a".repeat(64);
  const file = fileToAttach({ sha256 });
  unwrap(await store.attach([file], batchId));
  const [task] = await store.take(await messages(1));
  if (!task) throw new Error("The file was not taken");
  const { hidden } = unwrap(await store.plan([]));
  if (hidden.length > 0) throw new Error("Nothing is hidden yet");
  return { store, messages, batchId, file, task };
}
type Taken = Awaited<ReturnType<typeof createTaken>>;

type Change = (taken: Taken) => PromiseLike<unknown>;

/** Changes that hide chunks of the taken file, which may be in its shard. */
const HIDING: Readonly<Record<string, { readonly prepare?: Change; readonly change: Change }>> = {
  "its file fails": { change: ({ store, task }) => store.report([fail(task)]) },
  "its batch is cancelled": { change: ({ store, batchId }) => store.cancelBatch(batchId) },
  "its file is detached": {
    change: ({ store, file }) => store.detach(file.fileId, { fileDeleted: false }),
  },
  "its file is deleted": {
    change: ({ store, file }) => store.detach(file.fileId, { fileDeleted: true }),
  },
  "its file is attached again and shares the chunks of another": {
    prepare: async ({ store, messages, file, task }) => {
      await store.report([completed(task)]);
      const other = fileToAttach({ sha256: file.sha256, attributes: { kind: "bird" } });
      unwrap(await store.attach([other]));
      await store.report((await store.take((await messages(2)).slice(1))).map(completed));
    },
    change: ({ store, file }) => store.attach([{ ...file, attributes: { kind: "bird" } }]),
  },
};

describe("the content version of a store", () => {
  it.for(Object.entries(HIDING))(
    "has risen when %s, since searches leave its chunks out from then on",
    async ([, { prepare, change }], { expect }) => {
      const taken = await createTaken();
      await prepare?.(taken);
      const before = unwrap(await taken.store.contentVersion());
      await change(taken);
      const { contentVersion, hidden } = unwrap(await taken.store.plan([]));

      // The purge may be done already, which counts as another change.
      const isPurged = hidden.length === 0;
      expect<readonly FileId[]>(hidden).toEqual(isPurged ? [] : [taken.file.fileId]);
      expect(contentVersion).toBeGreaterThan(before);
      expect(unwrap(await taken.store.contentVersion())).toBeGreaterThanOrEqual(contentVersion);
    },
  );

  it("has risen when a file is indexed or its attributes are changed, and is refused after the end", async ({
    expect,
  }) => {
    const { store, file, task } = await createTaken();
    const read = async () => unwrap(await store.contentVersion());
    const before = await read();
    await store.report([completed(task)]);
    const indexed = await read();
    expect(indexed).toBeGreaterThan(before);

    await store.updateAttributes(file.fileId, { kind: "bird" });
    expect((await store.file(file.fileId)).ok).toBe(true);
    await store.remove();
    expect(await store.contentVersion()).toMatchObject({ error: { code: "not_found" } });
  });
});
