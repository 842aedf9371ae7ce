import { parseJson, toJson } from "../../../src/columns.ts";
import { giveTurn } from "../../../src/ingest/slices.ts";
import { RetryLaterError } from "../../../src/kernel/rules/step-handler.ts";
import type { Comparison } from "../../../src/knowledge/reindex/reindex.ts";
import { askVectorIndex } from "../../../src/platform/ask-vector-index.ts";
import { logger } from "../../../src/platform/logger.ts";
import { ok } from "../../../src/result.ts";
import { type ComparedPassage, measureOverlap } from "../../../src/retrieval/overlap.ts";
import { search, type SearchDeps, type SearchOutcome } from "../../../src/retrieval/search.ts";
import { questionEmbedder } from "../../../src/wiring/embedding-cache-deps.ts";
import { askShard, inGeneration } from "../index/ask-shard.ts";
import { planSearch } from "../index/search-plan.ts";
import type { ChangesStore } from "../ledger/store-changes.ts";
import { readStoreScope, type StoreRow, type VectorStoreTables } from "../tables/store-tables.ts";
import type { QuestionLog } from "./question-log.ts";
import type { ReindexRow, ReindexTable } from "./reindex-table.ts";

type CompareDeps = {
  readonly env: Env;
  readonly tables: VectorStoreTables;
  readonly reindexes: ReindexTable;
  readonly questions: QuestionLog;
  readonly runs: ChangesStore;
};

/** Passages of each search that are compared. */
const COMPARED = 10;
const AGAIN_MS = 10_000;

/**
 * Searches for the questions that were asked last in both generations, and records how much their results have in
 * common. Ends without a result if the store has one generation by now. Throws if a search was made by words alone,
 * since its model was away, or without a shard: another attempt compares again.
 */
export async function compareGenerations(deps: CompareDeps): Promise<void> {
  const { tables, reindexes, questions, runs } = deps;
  const begun = reindexes.read();
  if (!begun) return;
  const compared = begun.toGeneration;
  const texts = await questions.read();
  let [sum, same] = [0, 0];
  for (const text of texts) {
    const store = tables.readStore();
    if (store.otherGeneration === null) return;
    const [one, other] = [
      await find(deps, store, text),
      await find(deps, readOther(store, store.otherGeneration, begun), text),
    ];
    const overlap = measureOverlap(one, other, COMPARED);
    sum += overlap;
    if (overlap === 1) same++;
    await giveTurn();
  }
  const count = texts.length;
  const comparison: Omit<Comparison, "comparedAt"> = {
    questions: count,
    overlapAt10: count === 0 ? null : sum / count,
    same,
  };
  runs.change(({ now }) => {
    const reindex = reindexes.read();
    // Another reindex may have begun meanwhile.
    if (reindex && reindex.toGeneration === compared) {
      reindexes.save({ ...reindex, comparison: toJson({ ...comparison, comparedAt: now }) });
    }
  });
}

/** Returns the row of a store by which its other generation is searched, with the model of its vectors and its analyzer. */
function readOther(store: StoreRow, generation: number, reindex: ReindexRow): StoreRow {
  const { toGeneration, toSettings, fromSettings } = reindex;
  const settings = generation === toGeneration ? toSettings : fromSettings;
  const { embeddingModel, analyzer } = parseJson(settings);
  return { ...inGeneration(store, generation), embeddingModel, analyzer };
}

async function find(deps: CompareDeps, store: StoreRow, text: string): Promise<ComparedPassage[]> {
  const request = {
    queries: [text],
    filter: null,
    maxResults: COMPARED,
    scoreThreshold: 0,
    weights: null,
  };
  const found = await search(searchDeps(deps, store), request);
  if (!found.ok) return [];
  const { hits, degraded, partial }: SearchOutcome = found.value;
  if (degraded || partial) {
    throw new RetryLaterError(
      degraded
        ? `The embedding model ${degraded.from} is away (${degraded.reason})`
        : "A search shard did not answer",
      AGAIN_MS,
    );
  }
  return hits.map(({ fileId, start, end }) => ({ fileId, start, end }));
}

/** The dependencies of a search in the generation of the store's row. */
function searchDeps({ env, tables }: CompareDeps, store: StoreRow): SearchDeps<never> {
  return {
    plan: async (terms) => ok(await planSearch(env, tables, store, terms)),
    known: {
      find: () => null,
      analyzer: () => store.analyzer,
      keep: () => {},
      forget: () => {},
    },
    contentVersion: async () => ok(store.contentVersion),
    shard: (generation, number, query) =>
      askShard(env, inGeneration(store, generation), number, (shard) => shard.search(query)),
    explainedShard: (generation, number, query) =>
      askShard(env, inGeneration(store, generation), number, (shard) =>
        shard.searchExplained(query),
      ),
    nearest: (placement, vector, filter) => askVectorIndex(env, placement, vector, filter),
    onOtherDimensions: () => {},
    onLeftOut: (shard, reason) =>
      logger.warn("retrieval.shard.left_out", { storeId: store.id, shard }, reason),
    warnings: async () => new Map(),
    embedder: (name) => questionEmbedder(env, readStoreScope(store), name),
  };
}
