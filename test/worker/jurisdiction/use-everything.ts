import {
  createScheduledController,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { toFile } from "openai";
import { vi } from "vitest";

import { isRunId, isScheduleId } from "../../../src/ids.ts";
import service from "../../../src/index.ts";
import { objectName } from "../../../src/knowledge/scope.ts";
import { addressObject } from "../../../src/platform/objects.ts";
import { COUNT_STORED_CHUNKS } from "../../fakes/count-stored-chunks.ts";
import { createWorkflowCalls } from "../conversation/answering-project.ts";
import { callAsOperator } from "../operator.ts";
import type { TestProject } from "../project.ts";
import { openSocket } from "../sockets/socket.ts";

/** A word that is in every text, name and attribute of the project, so that a test can look for it. */
export const MARK = "zanzibar";
const TEXT = `# ${MARK}\n\nThe harbour of ${MARK} opens at six in the morning.`;
const QUESTION = `When does the harbour of ${MARK} open?`;
const PATIENCE = { timeout: 15_000, interval: 20 };

/**
 * Does everything that a project can do, and has its periodic work done: files and stores, answers, workflows,
 * schedules, sockets, alarms, sweeps, and in the end deletions.
 */
export async function useEverything(project: TestProject) {
  const library = await fillStore(project);
  await answer(project, library.storeId);
  await talkOverSocket(project, library.storeId);
  const waiting = await runWorkflows(project, library.storeId);
  await keepSchedule(project);
  await sweep(waiting);
  await removeAll(project, library);
  return library;
}

type Library = { readonly storeId: string; readonly fileId: string };

async function upload({ client }: TestProject): Promise<string> {
  const file = await toFile(new TextEncoder().encode(TEXT), `${MARK}.md`);
  return (await client.files.create({ file, purpose: "assistants" })).id;
}

async function fillStore(project: TestProject): Promise<Library> {
  const { client } = project;
  const { id: storeId } = await client.vectorStores.create({ name: MARK, metadata: { of: MARK } });
  const fileId = await upload(project);
  await client.vectorStores.files.create(storeId, { file_id: fileId, attributes: { of: MARK } });
  await vi.waitUntil(
    async () => (await client.vectorStores.retrieve(storeId)).file_counts.completed === 1,
    PATIENCE,
  );
  const { data } = await client.vectorStores.search(storeId, { query: QUESTION });
  if (data.length === 0) throw new Error("The search finds nothing");
  await (await client.files.content(fileId)).text();
  return { storeId, fileId };
}

async function answer({ client, fetch }: TestProject, storeId: string) {
  const tools = [{ type: "file_search" as const, vector_store_ids: [storeId] }];
  const { id: conversation } = await client.conversations.create({ metadata: { of: MARK } });
  const first = await client.responses.create({ input: QUESTION, tools, conversation });
  if (!first.output_text.includes("six")) throw new Error(`No answer: ${first.output_text}`);
  const stream = await client.responses.create({ input: QUESTION, tools, stream: true });
  for await (const event of stream) void event;
  const unstored = await client.responses.create({ input: QUESTION, tools, store: false });
  await client.chat.completions.create({
    model: unstored.model,
    messages: [{ role: "user", content: QUESTION }],
  });
  for (const service_tier of ["priority", "default", "flex"] as const) {
    const { id } = await client.responses.create({
      input: QUESTION,
      tools,
      background: true,
      service_tier,
    });
    await vi.waitUntil(
      async () => (await client.responses.retrieve(id)).status === "completed",
      PATIENCE,
    );
  }
  await client.responses.retrieve(first.id);
  await client.responses.inputItems.list(first.id);
  await client.conversations.items.list(conversation);
  await fetch(`/runs/${first.id}`);
  await client.responses.delete(first.id);
  await client.conversations.delete(conversation);
}

async function talkOverSocket(project: TestProject, storeId: string) {
  const socket = await openSocket(project);
  const tools = [{ type: "file_search", vector_store_ids: [storeId] }];
  for (const store of [true, false]) {
    const last = await socket.create({ model: "extractive-1", input: QUESTION, tools, store });
    if (last.type !== "response.completed") throw new Error(JSON.stringify(last));
  }
  socket.close();
}

/** Returns the id of a run that waits. */
async function runWorkflows(project: TestProject, storeId: string): Promise<string> {
  const { post, save, until } = createWorkflowCalls(project);
  await env.DATA.exec("CREATE TABLE IF NOT EXISTS harbour (name TEXT)");
  const grants = { http_hosts: [], sql_tables: ["data.harbour"] };
  await callAsOperator(project.scope, "PUT", "/grants", grants);
  const { workflow } = await save({
    find: { use: "retrieve@1", with: { query: QUESTION, vector_store_ids: [storeId] } },
    say: { use: "generate@1", needs: ["find"], with: { question: QUESTION } },
    look: { use: "sql@1", with: { query: "SELECT name FROM harbour" } },
    approve: { use: "signal@1", needs: ["say", "look"], with: { name: "approval" } },
  });
  const start = async () => {
    const started: { id: string } = await (await post("/runs", { workflow, input: MARK })).json();
    await until(started.id, ({ waiting_for: waits }) => waits.length > 0);
    return started.id;
  };
  const [ended, waiting] = [await start(), await start()];
  await post(`/runs/${ended}/signals/approval`, { payload: MARK });
  const { status } = await until(ended, (run) => run.settled_at !== null);
  if (status !== "completed") throw new Error(`The run is ${status}`);
  await project.fetch(`/runs/${ended}`, { method: "DELETE" });
  return waiting;
}

/** Runs a schedule by its alarm, and by hand. */
async function keepSchedule(project: TestProject) {
  const { post, save } = createWorkflowCalls(project);
  const { workflow } = await save({ note: { use: "transform@1", with: { value: MARK } } });
  const body = { workflow, cron: "0 * * * *", input: MARK, metadata: { of: MARK } };
  const { id }: { id: string } = await (await post("/schedules", body)).json();
  if (!isScheduleId(id)) throw new Error(`${id} is no schedule`);
  const stub = addressObject(env.SCHEDULES, project.scope, objectName(project.scope, id));
  const alarm = await runInDurableObject(stub, (_object, { storage }) => storage.getAlarm());
  const clock = vi.spyOn(Date, "now").mockReturnValue((alarm ?? 0) + 1_000);
  await runDurableObjectAlarm(stub);
  clock.mockRestore();
  await post(`/schedules/${id}/trigger`);
  await vi.waitUntil(async () => {
    const listed = await project.fetch(`/runs?workflow=${workflow}`);
    const { data }: { data: unknown[] } = await listed.json();
    return data.length === 2;
  }, PATIENCE);
  await project.fetch(`/schedules/${id}`, { method: "DELETE" });
}

/** Does what the cron trigger does each minute, with work for each of its sweeps. */
async function sweep(waiting: string) {
  if (!isRunId(waiting)) throw new Error(`${waiting} is no run`);
  const read = env.CATALOG.prepare("SELECT poke_at AS pokeAt FROM run WHERE id = ?").bind(waiting);
  await env.CATALOG.prepare("UPDATE run SET poke_at = 1 WHERE id = ?").bind(waiting).run();
  await service.scheduled(createScheduledController(), env);
  const swept = await read.first<{ pokeAt: number }>();
  if (!swept || swept.pokeAt <= 1) throw new Error("The run was not swept");
}

async function removeAll(project: TestProject, { storeId, fileId }: Library) {
  const { client, fetch } = project;
  // One file expires, and one is deleted while it is in the store.
  const expiring = await upload(project);
  await client.vectorStores.files.create(storeId, { file_id: expiring });
  await env.CATALOG.prepare("UPDATE file SET expires_at = 1 WHERE id = ?").bind(expiring).run();
  await service.scheduled(createScheduledController(), env);
  await client.files.delete(fileId);
  await client.vectorStores.delete(storeId);
  await vi.waitUntil(async () => (await countRows(storeId)) === 0, PATIENCE);
  await fetch("/runs");
}

/** Counts the documents that the corpus has of a store. */
async function countRows(storeId: string): Promise<number> {
  const counts = [env.CORPUS_0, env.CORPUS_1].map(async (corpus) => {
    const count = corpus.prepare(COUNT_STORED_CHUNKS);
    return (await count.bind(storeId).first<{ n: number }>())?.n ?? 0;
  });
  return (await Promise.all(counts)).reduce((sum, n) => sum + n, 0);
}
