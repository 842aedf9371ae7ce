import { namedAnalyzer } from "../retrieval/analysis/analyzer.ts";
import type { IngestDeps } from "./ingest-deps.ts";
import type { IngestTask, StoreRef } from "./ingest-types.ts";
import { type LongOutcome, writeLongFile } from "./long-file.ts";
import type { LongPart } from "./sources/prepared.ts";
import { toClaim } from "./to-claim.ts";
import { toCorpusIndex } from "./write-parts.ts";

/**
 * Writes a long file to one generation of its store's index, window by window. Calls `onRecord` whenever a part of it is
 * recorded in the corpus database. Returns the outcome in that generation. Throws if the platform or a provider fails.
 */
export function writeLongText(
  deps: IngestDeps,
  store: StoreRef,
  { task, target, chunks }: LongPart & { readonly task: IngestTask },
  onRecord: () => void,
): Promise<LongOutcome> {
  const { generation, shard } = target;
  return writeLongFile(
    {
      shard: deps.openShard(store, generation, shard),
      writeCorpus: (document) => {
        onRecord();
        return deps.writeCorpus(task.corpusShard, toCorpusIndex(store, target), [document]);
      },
      renew: () => deps.renew(store, toClaim(task)),
    },
    { ...task, analyzer: namedAnalyzer(target) },
    chunks,
  );
}
