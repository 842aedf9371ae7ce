import { extractText } from "../ingest/extract-text.ts";
import { HEAD_BYTES, type IngestClaim, type IngestDeps } from "../ingest/ingest-files.ts";
import type { IngestReport, IngestTask } from "../ingest/ingest-types.ts";
import type { VectorsOf } from "../ingest/passages.ts";
import { bytesKey, objectName, shardName, textKey } from "../knowledge/scope.ts";
import { HASH_MODEL, hashTerms } from "../retrieval/hash-embedding.ts";
import type { Embedder } from "../retrieval/search-types.ts";
import { corpusShard } from "./corpus-shards.ts";
import { Corpus } from "./corpus.ts";
import { classifyFailure } from "./failure.ts";
import { logger } from "./logger.ts";

/** Texts in one request to an embedding model. */
const EMBEDDING_BATCH = 128;

/** What the vector store object answers to ingest consumers. */
export type StoreCalls = {
  take(claims: IngestClaim[]): Promise<IngestTask[]>;
  report(reports: IngestReport[]): Promise<void>;
};

/**
 * The ingest use case on real bindings. `storeObject` gives the store object of a name, `embedder` the model of a
 * name, or throws when there is none.
 */
export function ingestBindings(
  env: Env,
  storeObject: (name: string) => StoreCalls,
  embedder: (model: string) => Embedder,
): IngestDeps {
  return {
    take: ({ scope, storeId }, claims) => storeObject(objectName(scope, storeId)).take([...claims]),
    report: ({ scope, storeId }, reports) =>
      storeObject(objectName(scope, storeId)).report([...reports]),
    readHead: async ({ projectId }, fileId) => {
      const range = { offset: 0, length: HEAD_BYTES };
      const object = await env.FILES.get(bytesKey(projectId, fileId), { range });
      return object && { bytes: await object.bytes(), size: object.size };
    },
    readWhole: async ({ projectId }, fileId) =>
      (await (await env.FILES.get(bytesKey(projectId, fileId)))?.bytes()) ?? null,
    extractText,
    storeText: async ({ projectId }, fileId, text) => {
      await env.FILES.put(textKey(projectId, fileId), text);
      // Deleting a file removes its bytes and its text in one call. If the bytes are gone the delete came before our
      // text, which it could not remove; if they are here, it is still to come and will.
      if (!(await env.FILES.head(bytesKey(projectId, fileId)))) {
        await env.FILES.delete(textKey(projectId, fileId));
      }
    },
    vectorsOf: vectorsBy(embedder),
    writeCorpus: async (number, index, documents) =>
      await new Corpus(corpusShard(env, number)).writeDocuments(index, documents),
    writeShard: async ({ scope, storeId }, generation, shard, documents) => {
      const name = shardName(scope, storeId, generation, shard);
      await env.SEARCH_SHARDS.getByName(name).write(documents);
    },
    onFailure: ({ fileId }, error) => {
      const reason = classifyFailure(error);
      if (reason === "bug") logger.failed("ingest.file.failed", error, { fileId, reason });
      else logger.warn("ingest.file.interrupted", { fileId, reason }, error);
    },
  };
}

/** `hash-1` is made from the terms at hand; any other model is asked in batches. */
function vectorsBy(embedder: (model: string) => Embedder): VectorsOf {
  return async (model, passages) => {
    if (model === HASH_MODEL) return passages.map(({ terms }) => hashTerms(terms));
    const chosen = embedder(model);
    const vectors: Float32Array[] = [];
    for (let start = 0; start < passages.length; start += EMBEDDING_BATCH) {
      const texts = passages.slice(start, start + EMBEDDING_BATCH).map(({ text }) => text);
      vectors.push(...(await chosen.embed(texts)));
    }
    return vectors;
  };
}
