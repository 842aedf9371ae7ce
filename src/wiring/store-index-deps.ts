import type { FileId, VectorStoreId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { ChunkPlace } from "../knowledge/store-index.ts";
import { corpusShard } from "../platform/databases/corpus-shards.ts";
import { Corpus } from "../platform/databases/corpus.ts";
import { addressVectorStore, withFreshStub } from "../platform/objects.ts";
import { reindexDeps } from "./reindex-deps.ts";

/**
 * Creates the dependencies of the routes that show the index of a vector store and build it again, for the project of
 * `scope`.
 */
export function storeIndexDeps(env: Env, scope: Scope) {
  const { projectId } = scope;
  const store = (id: VectorStoreId) => () => addressVectorStore(env, scope, id);
  return {
    ...reindexDeps(env, scope),
    index: (id: VectorStoreId) => withFreshStub(store(id), (stub) => stub.index()),
    chunkPlace: (id: VectorStoreId, fileId: FileId) =>
      withFreshStub(store(id), (stub) => stub.chunkPlace(fileId)),
    readChunks: (storeId: VectorStoreId, place: ChunkPlace, ordinal: number, limit: number) => {
      const { ownerId, generation } = place;
      const corpus = new Corpus(corpusShard(env, place.corpusShard));
      return corpus.readChunks({ projectId, storeId, generation }, ownerId, ordinal, limit);
    },
  };
}
