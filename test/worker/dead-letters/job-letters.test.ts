import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, inject, it, vi } from "vitest";

import { err } from "../../../src/result.ts";
import { scheduledRuns } from "../../../src/wiring/scheduled-runs.ts";
import {
  type AnsweringProject,
  createAnsweringProject,
  http,
  openConversationStub,
} from "../conversation/answering-project.ts";
import { createSchedule, fakeRuns, HOUR } from "../schedules/schedule.ts";
import { createLetterCalls } from "./letters.ts";

let project: AnsweringProject;
let letters: ReturnType<typeof createLetterCalls>;
/** True while the other API, which the steps of these tests call, is away. */
let isAway = true;

beforeEach(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  isAway = true;
  const real = globalThis.fetch;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const isCall = new Request(input).url.startsWith(`http://${inject("httpServer")}/echo`);
    return isCall && isAway ? new Response("away", { status: 503 }) : await real(input, init);
  });
  project = await createAnsweringProject();
  await project.grantHttp();
  letters = createLetterCalls(project);
});
afterEach(() => void vi.restoreAllMocks());

const ONCE = { retry: { attempts: 1 } };
const call = (more: object = {}) => http("/echo?", { ...ONCE, ...more });

async function failFile() {
  const { client } = project;
  await project.save(
    { ask: call(), index: { use: "ingest.file@1", needs: ["ask"] } },
    undefined,
    "ingest",
  );
  const store = await client.vectorStores.create({});
  const file = await client.files.create({
    file: new File(["The heron nests in tall trees."], "notes.txt"),
    purpose: "assistants",
  });
  await client.vectorStores.files.create(store.id, { file_id: file.id });
  const letter = await letters.only();
  return { store, file, letter };
}
const statusOf = async (storeId: string, fileId: string) =>
  (await project.client.vectorStores.files.retrieve(fileId, { vector_store_id: storeId })).status;

async function failAnswer(more: object = {}) {
  const { client } = project;
  const workflow = await project.save(
    { ask: call() },
    { text: "Two years: ${ steps.ask.output.status }." },
  );
  const asked = await client.responses.create({
    input: "How long is the warranty?",
    background: true,
    ...workflow,
    ...more,
  });
  const letter = await letters.only();
  return { asked, letter };
}
const retrieve = async (id: string) => await project.client.responses.retrieve(id);

describe("the letter of a file", () => {
  it("names the file and its store, and indexes it when it is redriven", async ({ expect }) => {
    const { store, file, letter } = await failFile();

    expect(letter).toMatchObject({
      kind: "file",
      status: "open",
      job: { file_id: file.id, vector_store_id: store.id },
      workflow: "ingest",
      definition_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      error: { step: "ask", message: expect.stringContaining("503") },
    });
    expect(await statusOf(store.id, file.id)).toBe("failed");
    isAway = false;
    expect((await letters.redrive(letter.id)).json.status).toBe("redriven");

    await letters.until(letter.id, "completed");
    expect(await statusOf(store.id, file.id)).toBe("completed");
    const found = await project.client.vectorStores.search(store.id, { query: "heron nests" });
    expect(found.data[0]?.file_id).toBe(file.id);
  });

  it("is completed by a client that attaches the file again", async ({ expect }) => {
    const { store, file, letter } = await failFile();

    isAway = false;
    await project.client.vectorStores.files.create(store.id, { file_id: file.id });

    await letters.until(letter.id, "completed");
    expect(await letters.list()).toHaveLength(1);
  });

  it("cannot be redriven once the file is detached, or its store deleted", async ({ expect }) => {
    const { store, file, letter } = await failFile();

    await project.client.vectorStores.files.delete(file.id, { vector_store_id: store.id });
    const detached = await letters.redrive(letter.id);
    await project.client.vectorStores.delete(store.id);
    const deleted = await letters.redrive(letter.id);

    for (const { status, json } of [detached, deleted]) {
      expect({ status, code: json.error.code }).toEqual({ status: 409, code: "not_redrivable" });
    }
    expect(detached.json.error.message).toContain("No vector store file found");
    expect(deleted.json.error.message).toContain("No vector store found");
  });
});

describe("the letter of an answer in the background", () => {
  it("names the response, which is answered under its id when it is redriven", async ({
    expect,
  }) => {
    const { asked, letter } = await failAnswer({ service_tier: "flex" });

    expect(letter).toMatchObject({
      kind: "response",
      lane: "batch",
      job: { response_id: asked.id },
      error: { step: "ask" },
    });
    expect((await retrieve(asked.id)).status).toBe("failed");
    isAway = false;
    expect((await letters.redrive(letter.id)).json.status).toBe("redriven");

    await letters.until(letter.id, "completed");
    const answered = await retrieve(asked.id);
    expect(answered).toMatchObject({ status: "completed", error: null });
    expect(answered.output_text).toBe("Two years: 200.");
    expect(answered.output).toHaveLength(1);
  });

  it("waits for another answer of the conversation, and joins it when it completes", async ({
    expect,
  }) => {
    const conversation = await project.client.conversations.create();
    const { asked, letter } = await failAnswer({ conversation: conversation.id });
    const wait = await project.save({ ask: { use: "signal@1", with: { name: "go" } } });
    const other = await project.client.responses.create({
      input: "And now?",
      background: true,
      conversation: conversation.id,
      ...wait,
    });

    isAway = false;
    const busy = await letters.redrive(letter.id);
    await project.client.responses.cancel(other.id);
    await letters.redrive(letter.id);
    await letters.until(letter.id, "completed");

    expect(busy).toMatchObject({ status: 409, json: { error: { code: "not_redrivable" } } });
    expect(busy.json.error.message).toContain("Another response of the conversation");
    const items = await project.client.conversations.items.list(conversation.id, { order: "asc" });
    expect(items.data.map(({ type }) => type)).toEqual(["message", "message"]);
    expect((await retrieve(asked.id)).output_text).toBe("Two years: 200.");
  });

  it("cannot be redriven once the response is deleted, or its run is erased", async ({
    expect,
  }) => {
    const { asked, letter } = await failAnswer();
    const stub = openConversationStub(project, asked.id);
    await runInDurableObject(stub, (_object, { storage }) => {
      storage.sql.exec("DELETE FROM kernel_run");
    });
    const erased = await letters.redrive(letter.id);
    await project.client.responses.delete(asked.id);
    const deleted = await letters.redrive(letter.id);

    expect(erased.json.error).toMatchObject({
      code: "not_redrivable",
      message: expect.stringContaining("erased a day after its end"),
    });
    expect(deleted).toMatchObject({ status: 409, json: { error: { code: "not_redrivable" } } });
  });

  it("is not written for an answer that a client waits for", async ({ expect }) => {
    const workflow = await project.save({ ask: call() });
    const answer = await project.client.responses.create({ input: "Well?", ...workflow });

    expect(answer.status).toBe("failed");
    expect(await letters.list()).toEqual([]);
  });
});

describe("the letter of a scheduled time", () => {
  it("is written when its run cannot be started, and starts it when it is redriven", async ({
    expect,
  }) => {
    const { clock, runs } = fakeRuns();
    const schedule = await createSchedule();
    const own = createLetterCalls(schedule);
    const refusal = { code: "workflow_not_found", message: "No workflow 'report'." } as const;
    vi.mocked(scheduledRuns.start).mockResolvedValueOnce(err(refusal));
    clock.now += HOUR;
    await schedule.wake();

    await schedule.wake();
    const letter = await own.only();
    expect(letter).toMatchObject({
      kind: "schedule",
      status: "open",
      job: { schedule_id: schedule.id, scheduled_for: expect.any(Number) },
      workflow: "report",
      attempts: 1,
      error: { step: "start", message: "No workflow 'report'." },
    });
    expect(runs.made.size).toBe(0);

    expect((await own.redrive(letter.id)).json.status).toBe("redriven");
    expect((await own.redrive(letter.id)).status).toBe(409);
    await schedule.wake();
    await schedule.wake();

    await own.until(letter.id, "completed");
    expect([...runs.made.values()]).toEqual([(letter.job.scheduled_for ?? 0) * 1000]);
    await schedule.get().remove();
    expect((await own.redrive(letter.id)).status).toBe(409);
  });
});
