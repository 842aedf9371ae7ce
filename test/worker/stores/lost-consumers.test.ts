import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { ingestFiles } from "../../../src/ingest/ingest-files.ts";
import type { IngestMessage, IngestReport } from "../../../src/ingest/ingest-types.ts";
import { ingestDeps } from "../../../src/wiring/ingest-deps.ts";
import { loseConsumers } from "./lose-consumers.ts";
import { completed, createStore, fileToAttach, holdQueue, unwrap } from "./store.ts";

beforeAll(holdQueue);

describe("a file whose consumer never reports", () => {
  it("is failed when it is taken for the third time", async ({ expect }) => {
    const world = await createStore();
    const { store, messages } = world;
    const file = fileToAttach();
    await store.attach([file]);
    expect(await store.take(await messages(1))).toHaveLength(1);
    expect(await store.take(await loseConsumers(world, 1))).toHaveLength(1);
    expect(await store.take(await loseConsumers(world, 1))).toEqual([]);

    expect(unwrap(await store.file(file.fileId))).toMatchObject({
      status: "failed",
      lastError: {
        code: "invalid_file",
        message: expect.stringContaining("the process ended twice while reading it"),
      },
    });
  });

  it("does not fail the files that were taken with it", async ({ expect }) => {
    const world = await createStore();
    const { store, scope, id: storeId } = world;
    const [killer, ...others] = [fileToAttach(), fileToAttach(), fileToAttach()];
    await store.attach([killer, ...others]);
    /** A consumer that dies, after what it has reported, when it reads the file. */
    const consume = async (claims: readonly IngestMessage[]) => {
      const died = new Error("died");
      let isDead = false;
      const guard = <Value>(value: Value) => (isDead ? Promise.reject(died) : value);
      const deps = {
        ...ingestDeps(env),
        readFile: async (_: unknown, { fileId }: { fileId: string }) => {
          isDead ||= fileId === killer.fileId;
          return guard({ bytes: new TextEncoder().encode("A heron stands in the river.") });
        },
        storeText: async () => {},
        report: async (_: unknown, reports: readonly IngestReport[]) =>
          await guard(store.report(isDead ? [] : reports)),
        onFailure: () => {},
      };
      await ingestFiles(deps, { scope, storeId }, claims).catch(() => {});
    };
    await consume(await world.messages(3));
    for (let attempt = 0; attempt < 3; attempt++) {
      const { fileCounts } = unwrap(await store.read());
      if (fileCounts.in_progress === 0) break;
      await consume(await loseConsumers(world, fileCounts.in_progress));
    }

    const statuses = await Promise.all(
      [killer, ...others].map(async ({ fileId }) => unwrap(await store.file(fileId)).status),
    );
    expect(statuses).toEqual(["failed", "completed", "completed"]);
  });

  it("counts from none when it is attached again", async ({ expect }) => {
    const world = await createStore();
    const { store, messages } = world;
    const file = fileToAttach();
    await store.attach([file]);
    await store.take(await messages(1));
    await store.take(await loseConsumers(world, 1));
    expect(await store.take(await loseConsumers(world, 1))).toEqual([]);

    const before = (await messages(0)).length;
    await store.attach([file]);
    const [again] = (await messages(before + 1)).slice(before);
    expect(await store.take(again ? [again] : [])).toHaveLength(1);
  });

  it("counts from none after a report, even one that is late", async ({ expect }) => {
    const world = await createStore();
    const { store, messages } = world;
    await store.attach([fileToAttach()]);
    const [first] = await store.take(await messages(1));
    const [second] = await store.take(await loseConsumers(world, 1));
    if (first) await store.report([completed(first)]);
    const third = await store.take(await loseConsumers(world, 1));
    expect(second).toBeDefined();
    expect(third).toHaveLength(1);
  });
});
