import { runInDurableObject } from "cloudflare:test";
import { z } from "zod";

import type { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import createChunks from "../../../migrations/search-shard/0001_chunks.sql";
import indexRemoved from "../../../migrations/search-shard/0002_file_removed.sql";
import addPages from "../../../migrations/search-shard/0003_pages.sql";
import addUnits from "../../../migrations/search-shard/0004_units.sql";
import { FIRST_ANALYZER, questionTerms } from "../../../src/retrieval/analysis/analyzer.ts";
import { meanLength, weighTerms } from "../../../src/retrieval/bm25.ts";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import withoutUnits from "./fixtures/shard-before-segments.json?raw";
import withUnits from "./fixtures/shard-with-units.json?raw";

const Cell = z.union([
  z.string(),
  z.number(),
  z.null(),
  z
    .object({ base64: z.string() })
    .transform(({ base64 }) => Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)).buffer),
]);
const Rows = z.array(z.array(Cell));
const Answer = z.object({
  question: z.string(),
  lexical: z.number(),
  dense: z.number(),
  filter: z.object({ type: z.literal("eq"), key: z.string(), value: z.boolean() }).nullable(),
  statistics: z.object({
    chunkCount: z.number(),
    totalLength: z.number(),
    documentCounts: z.array(z.number()),
  }),
  found: z.array(
    z.object({
      chunkId: z.string(),
      lexical: z.number(),
      dense: z.number(),
      attributes: z.unknown(),
      version: z.number(),
      places: z.string().nullable().default(null),
      units: z.string().nullable().default(null),
    }),
  ),
});
const Fixture = z.object({
  tables: z.object({ migrations: Rows, file: Rows, chunk: Rows, posting: Rows }),
  inspected: z.record(z.string(), z.unknown()),
  /** A file that the searches leave out. */
  hidden: z.literal(["file-f9", "file-g0x2"]).default("file-f9"),
  answers: z.array(Answer),
});

/** The tables of a search shard as a build before segments left them, and that build's answers to searches of it. */
export type OldShard = z.infer<typeof Fixture>;

/**
 * Shards that builds before segments have filled: in several calls, some files replaced, some removed, one long. The
 * build of the first (af043df9) knew no units of chunks; that of the second (78815f83) did.
 */
export const OLD_SHARDS = {
  "before units": Fixture.parse(JSON.parse(withoutUnits)),
  "with units": Fixture.parse(JSON.parse(withUnits)),
};

/** Fills the storage of a shard as a build before segments left it. */
export async function fillOldShard(
  shard: DurableObjectStub<SearchShardObject>,
  { tables: { migrations, file, chunk, posting } }: OldShard,
): Promise<void> {
  await runInDurableObject(shard, (_, { storage: { sql } }) => {
    const created = [createChunks, indexRemoved, addPages, addUnits].slice(0, migrations.length);
    for (const statements of created) sql.exec(statements);
    sql.exec("CREATE TABLE _migrations (id TEXT PRIMARY KEY) STRICT");
    for (const [table, rows] of Object.entries({ _migrations: migrations, file, chunk })) {
      for (const row of rows) {
        sql.exec(`INSERT INTO ${table} VALUES (${row.map(() => "?").join(", ")})`, ...row);
      }
    }
    for (const row of posting) sql.exec("INSERT INTO posting (rowid, terms) VALUES (?, ?)", ...row);
  });
}

/** Makes a search of the fixture, with the statistics of the shard as it is now. */
export async function ask(
  shard: Pick<DurableObjectStub<SearchShardObject>, "statistics" | "search">,
  { question, lexical, dense, filter }: OldShard["answers"][number],
  hidden: OldShard["hidden"],
) {
  const counts = questionTerms(FIRST_ANALYZER, question);
  const terms = [...counts.keys()];
  const statistics = await shard.statistics(terms);
  const found = await shard.search({
    terms: weighTerms(
      counts,
      statistics.chunkCount,
      (term) => statistics.documentCounts[terms.indexOf(term)] ?? 0,
    ),
    averageLength: meanLength(statistics),
    vector: hashEmbedding(question),
    weights: { lexical, dense },
    filter,
    hidden: [hidden],
    candidatesMax: hidden === "file-f9" ? 12 : 8,
    nearest: null,
  });
  return {
    question,
    lexical,
    dense,
    filter,
    // Builds of before did not count the dimensions.
    statistics: { ...statistics, dimensions: undefined },
    found: (found ?? []).map(({ chunkId, lexical: words, dense: direction, ...passage }) => ({
      chunkId,
      lexical: words,
      dense: direction,
      attributes: passage.attributes,
      version: passage.version,
      places: passage.places,
      units: passage.units,
    })),
  };
}
