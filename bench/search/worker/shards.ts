import { DurableObject } from "cloudflare:workers";

import { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import { SHARD_MEMORY } from "../../../durable-objects/search-shard/shard-memory.ts";
import { ExpansionCache } from "../../../src/retrieval/expand/expansion-cache.ts";
import { hash1 } from "../../../src/retrieval/hash-embedding.ts";
import type { ShardQuery, ShardWork } from "../../../src/retrieval/search-types.ts";
import { type IndexedDocument, makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import type { ShardBatch } from "../../../src/retrieval/segment/shard-batch.ts";
import { rankShard } from "../../../test/rules/retrieval/oracle/rank-shard.ts";
import { ShardMemory } from "../../../test/rules/retrieval/oracle/shard-memory.ts";
import { type AskedTerm, drawAsked, drawDocument, spellSyllables } from "./draw-documents.ts";
import { makeQuery } from "./make-query.ts";
import { PauseShard } from "./pause-shard.ts";
import { timeCalls } from "./time-calls.ts";
import { timeExpansion } from "./time-expansion.ts";

export { PauseShard };

type BenchEnv = Env & {
  readonly SHARDS: DurableObjectNamespace<BenchShard>;
  readonly ORACLES: DurableObjectNamespace<OracleShard>;
  readonly PAUSES: DurableObjectNamespace<PauseShard>;
};
type Hit = { readonly chunkId: string; readonly lexical: number; readonly dense: number };

/** The time of a question in milliseconds, the repetitions it was measured with, and its answer. */
type Timed = {
  readonly ms: number;
  readonly rounds: number;
  readonly hits: readonly Hit[];
  readonly work: ShardWork | null;
};

/** Files in a call, as the consumer of the ingest queue makes it of small files. */
const CALL = 50;
const WATCHED_CALL = 200;
/** A search shard of the service, with methods to fill it and to measure its searches from within. */
export class BenchShard extends SearchShardObject {
  /** Writes the documents of a call. Returns the milliseconds that it and the upkeep after it took. */
  async fill(batch: ShardBatch): Promise<number> {
    const started = performance.now();
    await this.write(batch);
    if ((await this.ctx.storage.getAlarm()) !== null) await this.alarm();
    return performance.now() - started;
  }

  /** Searches as often as it takes to measure the time. */
  async time(query: ShardQuery): Promise<Timed> {
    const { ms, rounds, value } = await timeCalls(() => this.search(query));
    const hits = (value ?? []).map(({ chunkId, lexical, dense }) => ({ chunkId, lexical, dense }));
    return { ms, rounds, hits, work: (await this.searchExplained(query))?.work ?? null };
  }

  /** Expands a term of a question over all segments. */
  async timeExpansion(asked: AskedTerm, from: "walk" | "cache") {
    const cache = from === "cache" ? new ExpansionCache(1_000) : null;
    return await timeExpansion(this.ctx.storage.sql, asked, cache);
  }

  /** Ends the object. The next call starts it again from storage. */
  end(): void {
    this.ctx.abort("The benchmark starts the shard again");
  }
}

/** The ranking before there were segments: plain loops over all chunks in memory, with postings in lists. */
export class OracleShard extends DurableObject<BenchEnv> {
  readonly #memory = new ShardMemory(hash1.dimensions);
  readonly #postings = new Map<string, number[]>();

  constructor(ctx: DurableObjectState, env: BenchEnv) {
    super(ctx, env);
    // workerd drops an object that is idle, and what it has in memory, unless a timer is set.
    setInterval(() => {}, 1_000);
  }

  fill(documents: readonly IndexedDocument[]): void {
    for (const { fileId, chunks } of documents) {
      for (const { id: chunkId, length, vector, bodyTerms } of chunks) {
        const number = this.#memory.count;
        this.#memory.add({ number, chunkId, fileId, length, vector });
        for (const term of bodyTerms.split(" ")) {
          const known = this.#postings.get(term);
          if (known) known.push(number);
          else this.#postings.set(term, [number]);
        }
      }
    }
  }

  async time(query: ShardQuery): Promise<Timed> {
    const find = (term: string) => this.#postings.get(term) ?? [];
    const { ms, rounds, value } = await timeCalls(() =>
      rankShard(this.#memory, find, query, () => true),
    );
    const hits = value.map(({ chunkId, lexical, dense }) => ({ chunkId, lexical, dense }));
    return { ms, rounds, hits, work: null };
  }
}

/** Memory of other shards, which leaves no room for rows of vectors. */
const OTHERS = { id: "others", heldBytes: 79_000_000, giveUp: () => {} };

/** Writes documents into all engines, in calls of 50. Returns the milliseconds that each shard took. */
async function fill(env: BenchEnv, engines: readonly string[], from: number, count: number) {
  const took: Record<string, number> = {};
  for (let at = from; at < from + count; at += CALL) {
    const documents = Array.from({ length: Math.min(CALL, from + count - at) }, (_, index) =>
      drawDocument(at + index),
    );
    const batch = makeBatch(documents);
    for (const engine of engines) {
      if (engine === "oracle") await env.ORACLES.getByName(engine).fill(documents);
      else took[engine] = (took[engine] ?? 0) + (await env.SHARDS.getByName(engine).fill(batch));
    }
  }
  return took;
}

/** Writes documents whose words have syllables. */
async function fillWords(shard: DurableObjectStub<BenchShard>, from: number, count: number) {
  for (let at = from; at < from + count; at += CALL) {
    const documents = Array.from({ length: Math.min(CALL, from + count - at) }, (_, index) =>
      drawDocument(at + index, spellSyllables),
    );
    await shard.fill(makeBatch(documents));
  }
  return null;
}

/** Writes documents in calls of 200, the most that a call has, and asks a question after each. */
async function writeWatched(shard: DurableObjectStub<PauseShard>, from: number, count: number) {
  for (let at = from; at < from + count; at += WATCHED_CALL) {
    const documents = Array.from({ length: WATCHED_CALL }, (_, index) => drawDocument(at + index));
    await shard.write(makeBatch(documents));
    const { query } = await makeQuery(shard, at / WATCHED_CALL);
    await shard.search(query);
  }
  return null;
}

async function answer(env: BenchEnv, url: URL): Promise<unknown> {
  const read = (name: string) => Number(url.searchParams.get(name));
  const engine = url.searchParams.get("engine") ?? "";
  const shard = env.SHARDS.getByName(engine);
  switch (url.pathname) {
    case "/fill":
      return await fill(env, engine.split(","), read("from"), read("count"));
    case "/fill-words":
      return await fillWords(shard, read("from"), read("count"));
    case "/expand": {
      const kind = url.searchParams.get("kind") === "prefix" ? "prefix" : "fuzzy";
      const from = url.searchParams.get("from") === "cache" ? "cache" : "walk";
      return await shard.timeExpansion(drawAsked(read("question"), kind, read("edits")), from);
    }
    case "/write-watched":
      return await writeWatched(env.PAUSES.getByName("pauses"), read("from"), read("count"));
    case "/holds":
      return await env.PAUSES.getByName("pauses").holds();
    case "/ask": {
      const { query } = await makeQuery(
        env.SHARDS.getByName(url.searchParams.get("terms") ?? ""),
        read("question"),
      );
      return engine === "oracle"
        ? await env.ORACLES.getByName(engine).time(query)
        : await shard.time(query);
    }
    case "/start": {
      // From here on the shard has its vectors in the tier for which there is room.
      if (engine === "coded") SHARD_MEMORY.noteUse(OTHERS);
      await shard.end().catch(() => {});
      const started = performance.now();
      const { query } = await makeQuery(env.SHARDS.getByName(engine), read("question"));
      // A new stub: that of the ended object stays broken.
      const found = await env.SHARDS.getByName(engine).searchExplained(query);
      const ms = performance.now() - started;
      SHARD_MEMORY.forget(OTHERS);
      return { ms, dense: found?.work.dense ?? null };
    }
    default:
      throw new Error(`The benchmark knows no ${url.pathname}`);
  }
}

export default {
  fetch: async (request: Request, env: BenchEnv): Promise<Response> =>
    Response.json(await answer(env, new URL(request.url))),
};
