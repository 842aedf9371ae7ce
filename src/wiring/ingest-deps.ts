import type { FileId } from "../ids.ts";
import { extractText } from "../ingest/extract-text.ts";
import type { IngestDeps } from "../ingest/ingest-deps.ts";
import type { StoreRef } from "../ingest/ingest-types.ts";
import type { PartWrites } from "../ingest/long-file.ts";
import { finishInTurns } from "../ingest/slices.ts";
import { writeDocuments } from "../ingest/write-shard.ts";
import { bytesKey, textKey } from "../knowledge/scope.ts";
import type { SearchShardNumber } from "../knowledge/shard-numbers.ts";
import { writeCorpus } from "../platform/databases/write-corpus.ts";
import { emptyEmbeddingCache } from "../platform/embedding-cache.ts";
import { classifyFailure } from "../platform/failure.ts";
import { logger } from "../platform/logger.ts";
import { isEmbeddingAway } from "../platform/models/embedding-models.ts";
import { addressSearchShard, addressVectorStore, withFreshStub } from "../platform/objects.ts";
import { readCharacterMap } from "../platform/read-character-map.ts";
import { readFileText } from "../platform/read-file-text.ts";
import { readObject } from "../platform/read-object.ts";
import type { WriteOutcome } from "../retrieval/search-types.ts";
import { makeBatchInSlices } from "../retrieval/segment/make-batch.ts";
import type { ShardClient } from "../retrieval/shard-client.ts";
import { passageEmbedder } from "./embedding-cache-deps.ts";

/** Creates the dependencies of the consumer of the ingest queue. */
export function ingestDeps(env: Env): IngestDeps {
  return {
    take: ({ scope, storeId }, claims) =>
      withFreshStub(
        () => addressVectorStore(env, scope, storeId),
        (store) => store.take(claims),
      ),
    renew: ({ scope, storeId }, claim) =>
      withFreshStub(
        () => addressVectorStore(env, scope, storeId),
        (store) => store.renew(claim),
      ),
    report: ({ scope, storeId }, reports) =>
      withFreshStub(
        () => addressVectorStore(env, scope, storeId),
        (store) => store.report(reports),
      ),
    noteStages: async ({ scope, storeId }, notes) =>
      await addressVectorStore(env, scope, storeId)
        .noteStages(notes)
        .catch((error: unknown) =>
          logger.debug("ingest.stages.lost", { storeId, reason: classifyFailure(error) }),
        ),
    readFile: ({ projectId }, { fileId, bytes }) =>
      readObject(env.FILES, bytesKey(projectId, fileId), bytes),
    readText: ({ projectId }, fileId) => readFileText(env, projectId, { fileId }),
    extractText: (file) => extractText(file, (filename) => readCharacterMap(env, filename)),
    storeText: async ({ projectId }, fileId, text) => {
      await env.FILES.put(textKey(projectId, fileId), text);
      // A delete removes a file's bytes and text in one call. If the bytes are missing, the delete came before this
      // text and could not remove it. If they are present, the delete is still to come and will remove the text.
      if (!(await env.FILES.head(bytesKey(projectId, fileId)))) {
        await env.FILES.delete(textKey(projectId, fileId));
      }
    },
    embedPassages: passageEmbedder(env),
    isModelAway: (model) => isEmbeddingAway(env, model),
    writeCorpus: (number, index, documents) => writeCorpus(env, number, index, documents),
    writeShard: (store, generation, number, documents) =>
      writeDocuments(shardWrites(env, store, generation, number), documents),
    readStored: ({ scope, storeId }, { generation, shard }, { fileId }, from) =>
      withFreshStub(
        () => addressSearchShard(env, scope, storeId, generation, shard),
        (stub) => stub.storedChunks(fileId, from),
      ),
    openShard: (store, generation, number) => shardWrites(env, store, generation, number),
    onFailure: ({ fileId }, error) => logFailure("ingest.file.interrupted", fileId, error),
    onSourceLost: ({ fileId }, error) => logger.warn("ingest.copy.from_text", { fileId }, error),
    onCopyFailure: ({ fileId }, error) => logFailure("ingest.copy.interrupted", fileId, error),
  };
}

function logFailure(event: string, fileId: FileId, error: unknown): void {
  const reason = classifyFailure(error);
  if (reason === "bug") logger.failed("ingest.file.failed", error, { fileId, reason });
  else logger.warn(event, { fileId, reason }, error);
}

/**
 * Makes the calls by which a search shard takes files, whole or in parts. Each is made again if it is interrupted. If
 * the vectors have another length than those of the shard, the cached ones are of a model that was replaced, and go.
 */
function shardWrites(
  env: Env,
  { scope, storeId }: StoreRef,
  generation: number,
  number: SearchShardNumber,
): PartWrites & Pick<ShardClient, "write"> {
  type Shard = ReturnType<typeof addressSearchShard>;
  const ask = <Value>(call: (stub: Shard) => Promise<Value>): Promise<Value> =>
    withFreshStub(() => addressSearchShard(env, scope, storeId, generation, number), call);
  const look = (outcome: WriteOutcome["outcome"]) => {
    if (outcome === "other_dimensions") emptyEmbeddingCache(env, scope);
  };
  return {
    write: async (batch) => {
      const outcomes = await ask((stub) => stub.write(batch));
      for (const { outcome } of outcomes) look(outcome);
      return outcomes;
    },
    staged: ({ fileId, version }) => ask((stub) => stub.staged({ fileId, version })),
    stage: async (part, from) => {
      const batch = await finishInTurns(makeBatchInSlices([part]));
      const outcome = await ask((stub) => stub.stage({ batch, from }));
      look(outcome);
      return outcome;
    },
    publish: (file) => ask((stub) => stub.publish(file)),
  };
}
