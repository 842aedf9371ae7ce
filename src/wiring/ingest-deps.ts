import { extractText } from "../ingest/extract-text.ts";
import type { IngestDeps } from "../ingest/ingest-files.ts";
import { writeDocuments } from "../ingest/write-shard.ts";
import { bytesKey, textKey } from "../knowledge/scope.ts";
import { ModelUnavailable } from "../model-unavailable.ts";
import { writeCorpus } from "../platform/databases/write-corpus.ts";
import { emptyEmbeddingCache } from "../platform/embedding-cache.ts";
import { classifyFailure } from "../platform/failure.ts";
import { logger } from "../platform/logger.ts";
import { isEmbeddingAway } from "../platform/models/embedding-models.ts";
import { addressSearchShard, addressVectorStore, withFreshStub } from "../platform/objects.ts";
import { readCharacterMap } from "../platform/read-character-map.ts";
import { readObject } from "../platform/read-object.ts";
import type { ShardBatch, StagedFile, StagedPart } from "../retrieval/segment/shard-batch.ts";
import { passageEmbedder } from "./embedding-cache-deps.ts";

/** Creates the dependencies of the consumer of the ingest queue. */
export function ingestDeps(env: Env): IngestDeps {
  return {
    take: ({ scope, storeId }, claims) =>
      withFreshStub(
        () => addressVectorStore(env, scope, storeId),
        (store) => store.take(claims),
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
    writeShard: async ({ scope, storeId }, generation, shard, documents) => {
      type Shard = ReturnType<typeof addressSearchShard>;
      const ask = <Value>(call: (stub: Shard) => Promise<Value>): Promise<Value> =>
        withFreshStub(() => addressSearchShard(env, scope, storeId, generation, shard), call);
      const writes = {
        write: (batch: ShardBatch) => ask((stub) => stub.write(batch)),
        stage: (part: StagedPart) => ask((stub) => stub.stage(part)),
        publish: (file: StagedFile) => ask((stub) => stub.publish(file)),
      };
      try {
        await writeDocuments(writes, documents);
      } catch (error) {
        if (isOtherDimensions(error)) emptyEmbeddingCache(env, scope);
        throw error;
      }
    },
    onFailure: ({ fileId }, error) => {
      const reason = classifyFailure(error);
      if (reason === "bug") logger.failed("ingest.file.failed", error, { fileId, reason });
      else logger.warn("ingest.file.interrupted", { fileId, reason }, error);
    },
  };
}

const isOtherDimensions = (error: unknown): boolean =>
  error instanceof ModelUnavailable && error.reason === "dimensions_changed";
