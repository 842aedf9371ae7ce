import { toFile, type OpenAI } from "openai";

import { concurrently } from "./concurrently.ts";

/** A document to upload. Its name is unique in its store. */
export type Document = { readonly name: string; readonly text: string };

/** A vector store with its documents indexed. */
export type Filled = {
  readonly storeId: string;
  /** The ids of the files, by the names of their documents. */
  readonly fileIds: ReadonlyMap<string, string>;
  readonly uploaded: number;
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
};

/** Numbers of documents that are uploaded and indexed, including those of an earlier run. */
type FillProgress = {
  readonly uploaded: number;
  readonly indexed: number;
  readonly total: number;
};

/** The name of the vector store to fill, the number of parallel uploads, and a callback for progress. */
export type FillOptions = {
  /** A store with this name that exists already is used, and documents that it has are not uploaded again. */
  readonly storeName: string;
  readonly clients: number;
  readonly onProgress: (progress: FillProgress) => void;
};

const FILES_PER_BATCH = 500;
const POLL_INTERVAL_MS = 250;

/**
 * Puts documents into a vector store with the official client: uploads each, attaches them in batches, and waits until
 * all are indexed. A batch is sent as soon as its files are uploaded, so that indexing and uploads overlap. An
 * interrupted call can be repeated and continues.
 */
export async function fillStore(
  client: OpenAI,
  documents: readonly Document[],
  { storeName, clients, onProgress }: FillOptions,
): Promise<Filled> {
  const { storeId, fileIds, attached } = await openStore(client, storeName, documents);
  let uploaded = 0;
  let indexed = attached.size;
  const report = () => onProgress({ uploaded: fileIds.size, indexed, total: documents.length });
  const batches: Promise<void>[] = [];
  let waiting: string[] = [];
  const attach = (fileId: string) => {
    waiting.push(fileId);
    if (waiting.length >= FILES_PER_BATCH) sendBatch();
  };
  const sendBatch = () => {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    batches.push(
      attachBatch(client, storeId, batch, (done) => {
        indexed += done;
        report();
      }),
    );
  };

  await concurrently(documents, clients, async ({ name, text }) => {
    let fileId = fileIds.get(name);
    if (fileId === undefined) {
      const file = await toFile(Buffer.from(text), name, { type: "text/markdown" });
      fileId = (await client.files.create({ file, purpose: "assistants" })).id;
      fileIds.set(name, fileId);
      uploaded++;
      report();
    }
    if (!attached.has(fileId)) attach(fileId);
  });
  sendBatch();
  await Promise.all(batches);
  await untilSettled(client, storeId);
  return { storeId, fileIds, uploaded, failed: await failures(client, storeId, fileIds) };
}

type OpenStore = {
  readonly storeId: string;
  /** Files that earlier runs have uploaded, by the names of their documents. */
  readonly fileIds: Map<string, string>;
  readonly attached: ReadonlySet<string>;
};

/** Creates the store, or finds it with the files that earlier runs have put into it. */
async function openStore(
  client: OpenAI,
  storeName: string,
  documents: readonly Document[],
): Promise<OpenStore> {
  const found = await findStore(client, storeName);
  const fileIds = new Map<string, string>();
  const attached = new Set<string>();
  if (found === null) {
    const { id: storeId } = await client.vectorStores.create({ name: storeName });
    return { storeId, fileIds, attached };
  }
  const wanted = new Set(documents.map(({ name }) => name));
  for await (const file of client.files.list({ limit: 10_000 })) {
    if (wanted.has(file.filename)) fileIds.set(file.filename, file.id);
  }
  for await (const file of client.vectorStores.files.list(found, { limit: 100 })) {
    attached.add(file.id);
  }
  return { storeId: found, fileIds, attached };
}

async function findStore(client: OpenAI, name: string): Promise<string | null> {
  for await (const store of client.vectorStores.list({ limit: 100 })) {
    if (store.name === name) return store.id;
  }
  return null;
}

async function attachBatch(
  client: OpenAI,
  storeId: string,
  fileIds: string[],
  onDone: (files: number) => void,
): Promise<void> {
  let batch = await client.vectorStores.fileBatches.create(storeId, { file_ids: fileIds });
  let reported = 0;
  for (;;) {
    const done = fileIds.length - batch.file_counts.in_progress;
    onDone(done - reported);
    reported = done;
    if (batch.status !== "in_progress") return;
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    batch = await client.vectorStores.fileBatches.retrieve(batch.id, { vector_store_id: storeId });
  }
}

/** Waits for all files in progress, including those of an earlier, interrupted run. */
async function untilSettled(client: OpenAI, storeId: string): Promise<void> {
  while ((await client.vectorStores.retrieve(storeId)).file_counts.in_progress > 0) {
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
}

async function failures(client: OpenAI, storeId: string, fileIds: ReadonlyMap<string, string>) {
  const names = new Map(Array.from(fileIds, ([name, fileId]) => [fileId, name]));
  const failed: { name: string; reason: string }[] = [];
  const query = { filter: "failed", limit: 100 } as const;
  for await (const file of client.vectorStores.files.list(storeId, query)) {
    const reason = file.last_error?.message ?? "no reason was given";
    failed.push({ name: names.get(file.id) ?? file.id, reason });
  }
  return failed;
}
