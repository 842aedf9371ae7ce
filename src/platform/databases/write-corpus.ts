import { CorpusFull } from "../../ingest/corpus-full.ts";
import type { CorpusDocument, CorpusIndex } from "../../ingest/corpus-types.ts";
import type { CorpusShardNumber } from "../../knowledge/shard-numbers.ts";
import { classifyFailure } from "../failure.ts";
import { logger } from "../logger.ts";
import { CorpusRoom } from "./corpus-room.ts";
import { corpusNumbers, corpusShard } from "./corpus-shards.ts";
import { Corpus } from "./corpus.ts";

/** Writes documents to a corpus database. Throws `CorpusFull`, with the database that takes them, if it has no room. */
export async function writeCorpus(
  env: Env,
  number: CorpusShardNumber,
  index: CorpusIndex,
  documents: readonly CorpusDocument[],
): Promise<void> {
  let size: number | null;
  try {
    size = await new Corpus(corpusShard(env, number)).writeDocuments(index, documents);
  } catch (error) {
    if (classifyFailure(error) !== "full") throw error;
    throw new CorpusFull(number, await findRoom(env, number, { index, documents, error }));
  }
  await noteSize(env, number, size);
}

/** Records the size of a corpus database, as D1 has said it. It is recorded later if the catalog is away. */
export async function noteSize(
  env: Env,
  number: CorpusShardNumber,
  size: number | null,
): Promise<void> {
  if (size === null) return;
  try {
    await new CorpusRoom(env.CATALOG).note(number, size);
  } catch (error) {
    logger.warn("corpus.size.unrecorded", { corpus: number }, error);
  }
}

type Refused = {
  readonly index: CorpusIndex;
  readonly documents: readonly CorpusDocument[];
  readonly error: unknown;
};

/** Finds a database for documents that a full one has refused; null if there is none, or the catalog is away. */
async function findRoom(
  env: Env,
  full: CorpusShardNumber,
  { index, documents, error }: Refused,
): Promise<CorpusShardNumber | null> {
  const { projectId, storeId } = index;
  const fileIds = documents.map(({ fileId }) => fileId);
  const find = new CorpusRoom(env.CATALOG).leave(full, corpusNumbers(env), { projectId, fileIds });
  const elsewhere = await find.catch((failure: unknown) => {
    logger.warn("corpus.room.unknown", { corpus: full }, failure);
    return null;
  });
  const reason = elsewhere === null ? "no other has room" : `files move to CORPUS_${elsewhere}`;
  const fields = { projectId, storeId, corpus: full, reason, count: documents.length };
  logger.warn("corpus.full", fields, error);
  return elsewhere;
}
