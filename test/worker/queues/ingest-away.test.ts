import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { toFile } from "openai";
import { afterEach, beforeEach, describe, inject, it, vi } from "vitest";

import { isFileId } from "../../../src/ids.ts";
import { ProviderDown } from "../../../src/queues/provider-down.ts";
import { useScriptedModel } from "../conversation/answering-project.ts";
import { createStore, fileToAttach, holdQueue, unwrap } from "../stores/store.ts";
import { deliver } from "./held-answers.ts";

const QUEUE = "edgewise-ingest";
const AWAY = "http://127.0.0.1:1/v1";

let model = "";
beforeEach(() => {
  holdQueue();
  // A model of its own, whose circuit no other test has opened.
  model = `embeds-${crypto.randomUUID().slice(0, 8)}`;
  useScriptedModel(model);
  Object.assign(env, { EMBEDDING_MODEL: model });
});
afterEach(() => void vi.restoreAllMocks());

/** Creates a store whose embedding model is the provider's, with a file that waits to be indexed. */
async function createWaitingFile() {
  const world = await createStore(null, model);
  const { id } = await world.client.files.create({
    file: await toFile(new TextEncoder().encode("A heron stands in the river."), "notes.txt"),
    purpose: "assistants",
  });
  if (!isFileId(id)) throw new Error("the id of a file has another form");
  await world.store.attach([fileToAttach({ fileId: id })]);
  return {
    ...world,
    file: async () => unwrap(await world.store.file(id)),
    /** Changes the row of the step that indexes the file, then does what is due. */
    change: async (change: string) => {
      await runInDurableObject(world.store, (_object, { storage }) => {
        storage.sql.exec(`UPDATE kernel_step SET ${change} WHERE phase IN ('claimed', 'ready')`);
      });
      await runDurableObjectAlarm(world.store);
    },
    step: () =>
      runInDurableObject(world.store, (_object, { storage }) =>
        storage.sql
          .exec<{ phase: string; attempt: number }>("SELECT phase, attempt FROM kernel_step")
          .one(),
      ),
  };
}

describe("a file whose embedding model is away", () => {
  it("waits without counting its attempts, and is indexed once", async ({ expect }) => {
    const { messages, file, step, change } = await createWaitingFile();
    const [first] = await messages(1);
    Object.assign(env, { LLM_BASE_URL: AWAY });

    const { acked, retried, thrown } = await deliver(QUEUE, [first]);

    expect(thrown).toBeInstanceOf(ProviderDown);
    expect(acked).toEqual(["0"]);
    expect(retried).toEqual([]);
    expect(await step()).toEqual({ phase: "ready", attempt: 1 });
    expect(await file()).toMatchObject({ status: "in_progress" });

    Object.assign(env, { LLM_BASE_URL: inject("openAiServer") });
    await change("due = 1");
    const [again, second] = await messages(2);
    expect(await deliver(QUEUE, [again, second])).toMatchObject({ retried: [], thrown: null });
    expect(await file()).toMatchObject({ status: "completed" });
  });

  it("fails with the reason once its 24 hours are over", async ({ expect }) => {
    const { messages, file, change } = await createWaitingFile();
    Object.assign(env, { LLM_BASE_URL: AWAY });
    await deliver(QUEUE, await messages(1));

    await change(`due = 1, first_at = ${Date.now() - 86_400_000}`);

    expect(await file()).toMatchObject({
      status: "failed",
      lastError: {
        message: expect.stringMatching(/ran out of time.*refuses or drops connections/),
      },
    });
  });
});

describe("a file whose deadline has passed", () => {
  it("is not read, and says so", async ({ expect }) => {
    const { messages, file, change } = await createWaitingFile();
    const [message] = await messages(1);
    const past = Date.now() - 1;
    await change(`deadline = ${past}, first_at = ${past - 86_400_000}`);
    const reads = vi.spyOn(Object.getPrototypeOf(env.FILES), "get");

    const { acked, thrown } = await deliver(QUEUE, [message]);

    expect(thrown).toBeNull();
    expect(acked).toEqual(["0"]);
    expect(reads).not.toHaveBeenCalled();
    expect(await file()).toMatchObject({
      status: "failed",
      lastError: { message: expect.stringContaining("ran out of time") },
    });
  });
});
