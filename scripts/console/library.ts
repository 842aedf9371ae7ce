import { setTimeout as wait } from "node:timers/promises";

import { z } from "zod";

import type { World } from "./world.ts";

const Made = z.object({ id: z.string() });
const Status = z.object({ status: z.string() });
const READY_MS = 60_000;

/** A file to put into a store. */
export type LibraryFile = {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
};

/**
 * Makes a vector store with files by the API, in the project of `key`, and waits until they are indexed or have failed.
 * Returns its id.
 */
export async function makeStore(
  world: World,
  name: string,
  files: readonly LibraryFile[],
  key = world.service.apiKey,
): Promise<string> {
  const store = Made.parse(await world.call("POST", "/v1/vector_stores", { name }, key)).id;
  for (const file of files) await addTo(world, store, file, key);
  await untilReady(world, store, key);
  return store;
}

/** Adds a file to a store by the API, and waits until it is indexed or has failed. */
export async function uploadTo(world: World, store: string, file: LibraryFile): Promise<void> {
  await addTo(world, store, file, world.service.apiKey);
  await untilReady(world, store, world.service.apiKey);
}

async function addTo(world: World, store: string, file: LibraryFile, key: string): Promise<void> {
  const id = await upload(world, file, key);
  const body = { file_id: id, attributes: file.attributes ?? {} };
  await world.call("POST", `/v1/vector_stores/${store}/files`, body, key);
}

async function upload(
  { service }: World,
  { name, content }: LibraryFile,
  key: string,
): Promise<string> {
  const form = new FormData();
  form.append("purpose", "assistants");
  form.append("file", new Blob([content]), name);
  const response = await fetch(`${service.url}/v1/files`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: form,
  });
  return Made.parse(await response.json()).id;
}

/** Waits until no file of a store is being indexed. */
async function untilReady(world: World, store: string, key: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    const read = await world.call("GET", `/v1/vector_stores/${store}`, undefined, key);
    const { status } = Status.parse(read);
    if (status !== "in_progress") return;
    await wait(200);
  }
  throw new Error(`The files of ${store} were not indexed in time.`);
}
