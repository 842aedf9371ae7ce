import { rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import type OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import type { Service } from "../../../scripts/local/service.ts";
import { reconcileStores } from "../../../scripts/operations/reconcile-stores.ts";
import { BEFORE_FEWER_ROWS, FEWER_ROWS } from "../../fakes/before-fewer-rows.ts";
import { BEFORE_ITEM_ORIGIN, ITEM_ORIGIN } from "../../fakes/before-item-origin.ts";
import { BEFORE_ITEM_RANGES, ITEM_RANGES } from "../../fakes/before-item-ranges.ts";
import { startOpenAiServer } from "../../fakes/openai-server.ts";
import {
  copyState,
  newFolder,
  restorePart,
  serve,
  type StatePart,
  takeBack,
} from "./state-copies.ts";
import { TEXTS, Town } from "./town.ts";

const PATIENCE = { timeout: 30_000, interval: 50 };
const WAITING_FILES = 20;
const IDLE_MS = 1_500;

// One state lives through all tests: an upgrade, a backup, and a restore of each of its parts.
const folders: string[] = [];
const services: Service[] = [];
let llm: Awaited<ReturnType<typeof startOpenAiServer>>;
const start = async (folder: string) => {
  const service = await serve(folder, llm.url);
  services.push(service);
  return service;
};
const keep = (folder: string) => {
  folders.push(folder);
  return folder;
};

beforeAll(async () => {
  llm = await startOpenAiServer();
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  llm?.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Opens a response's stream and reads it until it breaks or ends. */
function watch(events: AsyncIterable<OpenAI.Responses.ResponseStreamEvent>) {
  const seen: OpenAI.Responses.ResponseStreamEvent[] = [];
  const read = async () => {
    for await (const event of events) seen.push(event);
  };
  const ended = read().then(
    () => "ended" as const,
    () => "broken" as const,
  );
  return { seen, ended };
}

const textOf = (seen: readonly OpenAI.Responses.ResponseStreamEvent[]) =>
  seen.map((event) => (event.type === "response.output_text.delta" ? event.delta : "")).join("");

async function post(
  town: Town,
  path: string,
  body: object,
): Promise<{ id: string; status: string }> {
  return await town.client.post(path, { body });
}

function openSocket({ url, secrets }: Service) {
  const protocols = ["edgewise", `openai-insecure-api-key.${secrets.apiKey}`];
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/responses`, protocols);
  return {
    opened: new Promise((resolve) => socket.addEventListener("open", resolve)),
    closed: new Promise<number>((resolve) =>
      socket.addEventListener("close", ({ code }) => resolve(code)),
    ),
  };
}

let folder: string;
let town: Town;
let ids: { harbour: string; library: string };

describe("an upgrade", () => {
  it("continues open runs, streams, queued files and sockets", { timeout: 120_000 }, async () => {
    folder = keep(newFolder());
    const before = await start(folder);
    town = new Town(before);
    town.storeId = (await town.client.vectorStores.create({ name: "town" })).id;
    ids = { harbour: await town.add("harbour"), library: await town.add("library") };
    const steps = { ask: { use: "signal@1", with: { name: "approved" } } };
    await post(town, "/workflows", { name: "approval", steps });
    const run = await post(town, "/runs", { workflow: "approval" });
    const files = await Promise.all(
      Array.from({ length: WAITING_FILES }, (_, at) =>
        town.upload(`note-${at}.txt`, `Note ${at}.`),
      ),
    );
    // The first reply of a model is shown at its end, since it may be reasoning.
    await town.client.responses.create({ model: "scripted", input: "Is the sky blue?" });
    const question = "Is water wet? #pauses-once";
    const asked = { model: "scripted", input: question, background: true, stream: true } as const;
    const stream = watch(await town.client.responses.create(asked));
    await vi.waitUntil(() => textOf(stream.seen).startsWith("Water is wet."), PATIENCE);
    const socket = openSocket(before);
    await socket.opened;
    await town.client.vectorStores.fileBatches.create(town.storeId, { file_ids: files });

    await before.stop();
    // The client sees a broken connection, never an end that looks complete.
    expect(await stream.ended).toBe("broken");
    expect(await socket.closed).toBe(1006);
    expect(takeBack(folder, FEWER_ROWS, BEFORE_FEWER_ROWS)).toBe(1);
    expect(takeBack(folder, ITEM_ORIGIN, BEFORE_ITEM_ORIGIN)).toBe(2);
    expect(takeBack(folder, ITEM_RANGES, BEFORE_ITEM_RANGES)).toBe(2);
    const unwarn = "ALTER TABLE attachment DROP COLUMN warnings";
    expect(takeBack(folder, "0007_warnings", unwarn)).toBe(1);
    const drop = "DROP TABLE reconciliation";
    expect(takeBack(folder, "0006_reconciliation", drop)).toBe(1);
    const unindex = "DROP INDEX vector_store_deleted";
    expect(takeBack(folder, "0014_vector_store_deleted.sql", unindex)).toBe(1);

    const after = await start(folder);
    town = new Town(after, town.storeId);
    const [first] = stream.seen;
    const id = first?.type === "response.created" ? first.response.id : "";
    const last = stream.seen.at(-1)?.sequence_number ?? -1;
    const rest = watch(
      await town.client.responses.retrieve(id, { stream: true, starting_after: last }),
    );
    expect(await rest.ended).toBe("ended");
    expect(rest.seen.at(-1)?.type).toBe("response.completed");
    expect(textOf(stream.seen) + textOf(rest.seen)).toBe("Water is wet. And so it stays.");
    expect(await town.settled()).toMatchObject({ completed: 2 + WAITING_FILES, failed: 0 });
    const signal = { id: "1", payload: {} };
    await post(town, `/runs/${run.id}/signals/approved`, signal);
    await vi.waitUntil(async () => {
      const { status } = await town.client.get<{ status: string }>(`/runs/${run.id}`);
      return status === "completed";
    }, PATIENCE);
    await openSocket(after).opened;
    expect(town.failures).toBe(0);
  });
});

/** Reconciles the only store of a service, and returns the counts that are not 0. */
async function reconcile({ service: { url, secrets } }: { service: Service }) {
  const counts = [];
  const target = { url, adminKey: secrets.adminKey, files: "different" } as const;
  for await (const reconciled of reconcileStores(target)) counts.push(reconciled.counts);
  const [only = {}] = counts;
  return Object.fromEntries(Object.entries(only).filter(([, files]) => files > 0));
}

describe("a restore", () => {
  let conversation: string;
  let pilot: string;
  const states = new Map<StatePart, { service: Service; town: Town }>();
  const at = (part: StatePart) => {
    const state = states.get(part);
    if (!state) throw new Error(`${part} was not restored`);
    return state;
  };

  beforeAll(async () => {
    // Summaries follow within a second; then the service writes nothing.
    await wait(IDLE_MS);
    const earlier = keep(copyState(folder));
    pilot = await town.add("pilot");
    await town.client.files.delete(ids.library);
    conversation = (await town.client.conversations.create()).id;
    await wait(IDLE_MS);
    const starts = (["d1", "r2", "do"] as const).map(async (part) => {
      const copy = keep(copyState(folder));
      restorePart(part, earlier, copy);
      const service = await start(copy);
      states.set(part, { service, town: new Town(service, town.storeId) });
    });
    await Promise.all(starts);
  }, 120_000);

  const CHECKED = 2 + WAITING_FILES;

  it("of older databases under newer objects gets files, chunks and lists again", async () => {
    const restored = at("d1");
    // Searches read the objects, lists and files the databases.
    expect(await restored.town.found()).toEqual(["harbour", "pilot"]);
    expect(await restored.town.listed()).toEqual(["harbour", "library"]);
    expect(await restored.town.content(pilot)).toContain("404");
    expect(await restored.town.content(ids.library)).toContain("are missing from");

    const counts = await reconcile(restored);
    await restored.town.settled();

    expect(counts).toEqual({ checked: CHECKED, indexed: 1, catalogued: 1, purged: 1 });
    expect(await restored.town.content(pilot)).toBe(TEXTS.pilot);
    expect(await restored.town.found()).toEqual(["harbour", "pilot"]);
    expect((await restored.town.client.conversations.retrieve(conversation)).id).toBe(conversation);
    expect(restored.town.failures).toBe(0);
  });

  it("of older bytes under newer databases loses the bytes alone", async () => {
    const restored = at("r2");
    expect(await restored.town.found()).toEqual(["harbour", "pilot"]);
    expect(await restored.town.content(pilot)).toContain("404");
    expect(await restored.town.content(pilot)).toContain("are missing from");

    expect(await reconcile(restored)).toEqual({ checked: CHECKED });
    expect(await restored.town.found()).toEqual(["harbour", "pilot"]);
    expect(restored.town.failures).toBe(0);
  });

  it("of older objects under newer databases finds what was added and removed later", async () => {
    const restored = at("do");
    expect(await restored.town.found()).toEqual(["harbour", "library"]);
    expect(await restored.town.listed()).toEqual(["harbour", "pilot"]);
    await expect(restored.town.client.conversations.retrieve(conversation)).rejects.toMatchObject({
      status: 404,
    });

    const counts = await reconcile(restored);
    await restored.town.settled();

    expect(counts).toEqual({ checked: CHECKED, attached: 1, detached: 1 });
    expect(await restored.town.found()).toEqual(["harbour", "pilot"]);
    expect(await reconcile(restored)).toEqual({ checked: CHECKED });
    expect(restored.town.failures).toBe(0);
  });
});
