import type { FileId } from "../../../src/ids.ts";
import type { Copy, CorpusCopy } from "../../../src/ingest/reconcile/decide-file.ts";
import type { CorpusShardNumber, SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import { corpusNumbers, corpusShard } from "../../../src/platform/databases/corpus-shards.ts";
import { Corpus } from "../../../src/platform/databases/corpus.ts";
import { askShard } from "../index/ask-shard.ts";
import type { StoreRow } from "../tables/store-tables.ts";

/** The copies of one kind of index, by the number of the database or shard and then by file. */
type Index<Each> = ReadonlyMap<number, ReadonlyMap<FileId, Each>>;

/** Everything that the corpus databases and the search shards have of a vector store. */
export type StoreCopies = {
  readonly corpus: Index<CorpusCopy>;
  readonly shards: Index<Copy>;
  /** The highest version of any file in a copy, removed ones included. */
  readonly highestVersion: number;
};

const PAGE = 1_000;

/**
 * Reads the versions of all files that the corpus databases and the search shards have of a store. Also asks shards
 * with higher numbers than the store knows, up to the first one that was never used: an older copy of the store's
 * object may have fewer.
 */
export async function readCopies(
  env: Env,
  store: StoreRow,
  knownShards: readonly SearchShardNumber[],
): Promise<StoreCopies> {
  let highestVersion = 0;
  const corpus = new Map<CorpusShardNumber, Map<FileId, CorpusCopy>>();
  for (const number of corpusNumbers(env)) {
    const files = await readCorpus(env, store, number);
    corpus.set(number, files);
    for (const { version } of files.values()) highestVersion = Math.max(highestVersion, version);
  }
  const shards = new Map<SearchShardNumber, Map<FileId, Copy>>();
  for (let number = 0; ; number++) {
    const shard = await readShard(env, store, number);
    if (!shard.isUsed && number > Math.max(-1, ...knownShards)) break;
    shards.set(number, shard.files);
    highestVersion = Math.max(highestVersion, shard.highestVersion);
  }
  return { corpus, shards, highestVersion };
}

async function readCorpus(
  env: Env,
  { id: storeId, projectId, generation }: StoreRow,
  number: CorpusShardNumber,
): Promise<Map<FileId, CorpusCopy>> {
  const corpus = new Corpus(corpusShard(env, number));
  const files = new Map<FileId, CorpusCopy>();
  for (let after: string | undefined = ""; after !== undefined;) {
    const page = await corpus.readDocuments({ storeId, projectId, generation }, after, PAGE);
    for (const { fileId, ...copy } of page) files.set(fileId, copy);
    after = page.length < PAGE ? undefined : page.at(-1)?.fileId;
  }
  return files;
}

async function readShard(env: Env, store: StoreRow, number: SearchShardNumber) {
  const files = new Map<FileId, Copy>();
  let highestVersion = 0;
  let isUsed = false;
  for (let after: string | undefined = ""; after !== undefined;) {
    const from: string = after;
    const page = await askShard(env, store, number, async (stub) => await stub.inspect(from));
    for (const { fileId, ...copy } of page.files) files.set(fileId, copy);
    ({ highestVersion, isUsed } = page);
    after = page.hasMore ? page.files.at(-1)?.fileId : undefined;
  }
  return { files, highestVersion, isUsed };
}
