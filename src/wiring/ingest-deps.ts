import { extractText } from "../ingest/extract-text.ts";
import type { IngestDeps } from "../ingest/ingest-files.ts";
import type { EmbedPassages } from "../ingest/passages.ts";
import { giveTurn, sliceByWork } from "../ingest/slices.ts";
import { writeDocuments } from "../ingest/write-shard.ts";
import { bytesKey, textKey } from "../knowledge/scope.ts";
import { corpusShard } from "../platform/databases/corpus-shards.ts";
import { Corpus } from "../platform/databases/corpus.ts";
import { classifyFailure } from "../platform/failure.ts";
import { logger } from "../platform/logger.ts";
import { isEmbeddingAway, storeEmbedder } from "../platform/models/embedding-models.ts";
import { addressSearchShard, addressVectorStore, withFreshStub } from "../platform/objects.ts";
import { readCharacterMap } from "../platform/read-character-map.ts";
import { readObject } from "../platform/read-object.ts";
import { HASH_MODEL, hashTerms } from "../retrieval/hash-embedding.ts";

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
    embedPassages: vectorsBy(env),
    isModelAway: (model) => isEmbeddingAway(env, model),
    writeCorpus: async (number, index, documents) =>
      await new Corpus(corpusShard(env, number)).writeDocuments(index, documents),
    writeShard: async ({ scope, storeId }, generation, shard, documents) => {
      type Shard = ReturnType<typeof addressSearchShard>;
      const ask = <Value>(call: (stub: Shard) => Promise<Value>): Promise<Value> =>
        withFreshStub(() => addressSearchShard(env, scope, storeId, generation, shard), call);
      await writeDocuments(
        {
          write: (batch) => ask((stub) => stub.write(batch)),
          stage: (part) => ask((stub) => stub.stage(part)),
          publish: (file) => ask((stub) => stub.publish(file)),
        },
        documents,
      );
    },
    onFailure: ({ fileId }, error) => {
      const reason = classifyFailure(error);
      if (reason === "bug") logger.failed("ingest.file.failed", error, { fileId, reason });
      else logger.warn("ingest.file.interrupted", { fileId, reason }, error);
    },
  };
}

/** Creates the embedding function: `hash-1` uses the given terms; any other model reads the text. */
function vectorsBy(env: Env): EmbedPassages {
  return async (model, passages) => {
    if (model === HASH_MODEL) return await hashAll(passages.map(({ terms }) => terms));
    return await storeEmbedder(env, model).embed(passages.map(({ text }) => text));
  };
}

/** Terms that are hashed in about 10 ms. A passage of the largest size has ten times as many as one of the default. */
const TERMS_A_SLICE = 15_000;

/** Computes the vectors of passages with `hash-1`, from the terms of each. */
export async function hashAll(passages: readonly (readonly string[])[]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (const part of sliceByWork(passages, ({ length }) => length, TERMS_A_SLICE)) {
    if (vectors.length > 0) await giveTurn();
    vectors.push(...part.map(hashTerms));
  }
  return vectors;
}
