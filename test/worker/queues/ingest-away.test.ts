import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
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
async function createWaitingFile(text = "A heron stands in the river.") {
  const world = await createStore(null, model);
  const { id } = await world.client.files.create({
    file: await toFile(new TextEncoder().encode(text), "notes.txt"),
    purpose: "assistants",
  });
  if (!isFileId(id)) throw new Error("the id of a file has another form");
  const bytes = new TextEncoder().encode(text).length;
  await world.store.attach([fileToAttach({ fileId: id, bytes })]);
  return {
    ...world,
    /** Reads the file as its client does. */
    shown: () => world.client.vectorStores.files.retrieve(id, { vector_store_id: world.id }),
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
        message: expect.stringMatching(
          /ran out of time.*refuses or drops connections\. Attach it again to retry\.$/,
        ),
      },
    });
  });
});

/** Lets the circuit breaker of the model forget what has failed. */
async function closeCircuit() {
  const name = encodeURIComponent(`${new URL(inject("openAiServer")).host}:${model}`);
  const breaker = env.CIRCUIT_BREAKERS.getByName(name);
  await runInDurableObject(breaker, async (_object, { storage }) => await storage.deleteAll());
  await evictDurableObject(breaker);
}

/** Lets the provider answer every call with a status, until the returned function is called. */
function answerWith(status: number): () => void {
  const real = globalThis.fetch;
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const isModels = new Request(input).url.startsWith(inject("openAiServer"));
    return isModels ? new Response("{}", { status }) : await real(input, init);
  });
  return () => spy.mockRestore();
}

describe("a file whose embedding model answers with errors", () => {
  it.for([500, 503, 429])(
    "waits for it at status %i, says why, and completes",
    async (status, { expect }) => {
      const { messages, shown, step, change } = await createWaitingFile();
      const back = answerWith(status);

      for (let delivery = 1; delivery <= 3; delivery++) {
        const all = await messages(delivery);
        await deliver(QUEUE, [all.at(-1)]);
        expect(await step()).toEqual({ phase: "ready", attempt: 1 });
        expect(await shown()).toMatchObject({
          status: "in_progress",
          last_error: {
            code: "server_error",
            message: expect.stringMatching(
              /^The provider of the model 'embeds-.*The file is tried again by itself/,
            ),
          },
        });
        await change("due = 1");
      }

      back();
      await closeCircuit();
      await deliver(QUEUE, [(await messages(4)).at(-1)]);
      expect(await shown()).toMatchObject({ status: "completed", last_error: null });
    },
  );

  it("is counted when the model fails at its text alone", async ({ expect }) => {
    const { messages, step, change } = await createWaitingFile("This text #fails everywhere.");

    await deliver(QUEUE, await messages(1));
    await change("due = 1");
    await deliver(QUEUE, [(await messages(2)).at(-1)]);

    expect(await step()).toEqual({ phase: "ready", attempt: 2 });
    const good = await createWaitingFile("This text is good.");
    await deliver(QUEUE, await good.messages(1));
    expect(await good.shown()).toMatchObject({ status: "completed" });
  });

  it("fails after the attempts of any step at a refusal that is permanent", async ({ expect }) => {
    const { messages, shown, step, change } = await createWaitingFile("This text #leaks-401.");

    await deliver(QUEUE, await messages(1));
    await change("due = 1");
    await deliver(QUEUE, [(await messages(2)).at(-1)]);
    expect(await step()).toEqual({ phase: "ready", attempt: 2 });
    expect((await shown()).last_error?.message).toMatch(/refuses this service's key.*LLM_API_KEY/);
    await change("due = 1, attempt = 7");
    await deliver(QUEUE, [(await messages(3)).at(-1)]);

    expect(await shown()).toMatchObject({
      status: "failed",
      last_error: {
        message: expect.stringMatching(
          /^The file could not be indexed: .*LLM_API_KEY\. Attach it again to retry\.$/,
        ),
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
