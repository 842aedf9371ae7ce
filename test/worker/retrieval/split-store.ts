import { runInDurableObject } from "cloudflare:test";
import { toFile } from "openai";

import { type FileId, isFileId, isVectorStoreId, type VectorStoreId } from "../../../src/ids.ts";
import { SearchShardObject, VectorStoreObject } from "../../../src/index.ts";
import { createProject, type TestProject } from "../project.ts";
import { storeStub } from "../stores/store.ts";

/** A body of a search that may lack chunks. */
type Found = {
  readonly data: readonly { readonly file_id: string; readonly score: number }[];
  readonly partial?: true;
};

/** A vector store in a project of its own, with the ids of its files. */
export type SplitStore = TestProject & {
  readonly id: VectorStoreId;
  readonly files: readonly FileId[];
  /** Attaches a file with this text, and returns its id once the file is indexed. */
  readonly add: (text: string, attributes?: Record<string, string>) => Promise<FileId>;
  /** Searches for a text through the API. */
  readonly find: (query: string, more?: object) => Promise<Found>;
};

/** Creates a store that has the chunks of each text in a search shard of its own, as if the shards before were full. */
export async function createSplitStore(texts: readonly string[]): Promise<SplitStore> {
  const project = await createProject();
  const { client, scope } = project;
  const { id } = await client.vectorStores.create({});
  if (!isVectorStoreId(id)) throw new Error(`${id} is no id of a vector store`);
  const add = async (text: string, attributes: Record<string, string> = {}) => {
    const file = await toFile(new TextEncoder().encode(text), "notes.txt");
    const { id: fileId } = await client.files.create({ file, purpose: "assistants" });
    await client.vectorStores.files.createAndPoll(
      id,
      { file_id: fileId, attributes },
      { pollIntervalMs: 20 },
    );
    if (!isFileId(fileId)) throw new Error(`${fileId} is no id of a file`);
    return fileId;
  };
  const files: FileId[] = [];
  for (const text of texts) {
    files.push(await add(text));
    await runInDurableObject(storeStub(scope, id), (_, { storage }) => {
      storage.sql.exec("UPDATE generation_shard SET chunk_count = 1000000");
    });
  }
  const find = async (query: string, more: object = {}): Promise<Found> => {
    const response = await project.fetch(`/vector_stores/${id}/search`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, ...more }),
    });
    return await response.json();
  };
  return { ...project, id, files, add, find };
}

/** The calls of searches to objects, in order: a method, and for a shard its number. */
export type Calls = {
  readonly made: readonly string[];
  /** Forgets the calls so far, and returns them. */
  readonly take: () => string[];
};

/**
 * Records the calls of searches until `restoreCalls`. Every call waits until `together` of them have begun, so that a
 * search that makes them in more than one round does not end.
 */
export function watchCalls(together = 0): Calls {
  const made: string[] = [];
  const note = async (name: string) => {
    made.push(name);
    while (made.length < together) await scheduler.wait(1);
  };
  for (const method of ["plan", "contentVersion"]) {
    passCalls(VectorStoreObject.prototype, method, async (_object, call) => {
      await note(method);
      return call();
    });
  }
  onShards(async (method, number, call) => {
    await note(`${method} ${number}`);
    return call();
  });
  return { made, take: () => made.splice(0) };
}

/**
 * Passes the searches and statistics of all shards through `answer`, which gets the number of the shard, until
 * `restoreCalls`.
 */
export function onShards(
  answer: (method: string, number: number, call: () => unknown) => Promise<unknown>,
): void {
  for (const method of ["search", "statistics"]) {
    passCalls(SearchShardObject.prototype, method, async (object, call) => {
      const { id }: DurableObjectState = Reflect.get(object, "ctx");
      return await answer(method, Number(id.name?.split(":").at(-1)), call);
    });
  }
}

/** Restores the methods of objects after `watchCalls` and `onShards`. */
export function restoreCalls(): void {
  for (const restore of restores.splice(0)) restore();
}

const restores: (() => void)[] = [];

function passCalls(
  prototype: object,
  method: string,
  answer: (object: object, call: () => unknown) => Promise<unknown>,
): void {
  const original: (...given: unknown[]) => unknown = Reflect.get(prototype, method);
  Reflect.set(prototype, method, async function (this: object, ...given: unknown[]) {
    return await answer(this, () => Reflect.apply(original, this, given));
  });
  restores.unshift(() => Reflect.set(prototype, method, original));
}
