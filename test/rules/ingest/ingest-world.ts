import { scheduler } from "node:timers/promises";

import type { CorpusDocument } from "../../../src/ingest/corpus-types.ts";
import { extractText } from "../../../src/ingest/extract-text.ts";
import type { IngestDeps } from "../../../src/ingest/ingest-deps.ts";
import type { IngestReport, IngestTask } from "../../../src/ingest/ingest-types.ts";
import { CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import type { Scope } from "../../../src/knowledge/scope.ts";
import type { StageNote } from "../../../src/knowledge/vector-store-types.ts";
import { hashTerms } from "../../../src/retrieval/hash-embedding.ts";
import { quantize } from "../../../src/retrieval/quantize.ts";
import type { IndexedDocument } from "../../../src/retrieval/segment/make-batch.ts";
import { readCharacterMap } from "./character-maps.ts";

const scope: Scope = { projectId: "proj_1", region: "auto" };
/** The store whose files a test indexes. */
export const store = { scope, storeId: "vs_1" } as const;

/** A small store in memory that keeps the promises of the real parts: fenced by lease and version, keyed by file. */
export class World {
  readonly files = new Map<string, string | Uint8Array>();
  readonly texts = new Map<string, string>();
  readonly corpus = new Map<string, CorpusDocument>();
  readonly shards = new Map<string, IndexedDocument>();
  readonly reports = new Map<string, IngestReport["outcome"]>();
  readonly calls: string[] = [];
  readonly stages: StageNote[][] = [];
  /** The call that takes a while. */
  slow = "";
  /** The call that fails, once. */
  fault = "";
  readonly #tasks = new Map<string, IngestTask>();
  readonly #staged = new Map<string, IndexedDocument>();

  add(name: string, content: string | Uint8Array, task: Partial<IngestTask> = {}) {
    const fileId = `file-${name}` as const;
    this.files.set(fileId, content);
    const lease = `lease-${name}`;
    this.#tasks.set(lease, {
      fileId,
      version: 1,
      lease,
      filename: `${name}.txt`,
      bytes: content.length,
      attributes: {},
      chunking: CHUNKING_AUTO,
      generation: 1,
      embeddingModel: "hash-1",
      shard: 0,
      corpusShard: 0,
      ...task,
    });
    return { fileId, version: task.version ?? 1, lease };
  }

  readonly deps: IngestDeps = {
    take: (_, claims) =>
      this.#call("take", () => claims.flatMap(({ lease }) => this.#tasks.get(lease) ?? [])),
    report: (_, reports) =>
      this.#call(`report:${reports.length}`, () => {
        for (const { fileId, lease, outcome } of reports) {
          if (!this.#tasks.has(lease)) continue;
          if (outcome.kind !== "retry") this.#tasks.delete(lease);
          this.reports.set(fileId, outcome);
        }
      }),
    noteStages: async (_, notes) => void this.stages.push([...notes]),
    readFile: (_, { fileId }) =>
      this.#call(`readFile:${fileId}`, () => {
        const content = this.files.get(fileId);
        return content === undefined ? null : { bytes: new Uint8Array(Buffer.from(content)) };
      }),
    readText: (_, fileId) => this.#call(`readText:${fileId}`, () => this.texts.get(fileId) ?? null),
    extractText: async (file) =>
      await this.#call("extractText", () => extractText(file, readCharacterMap)),
    storeText: (_, fileId, text) =>
      this.#call(`storeText:${fileId}`, () => void this.texts.set(fileId, text)),
    embedPassages: (_scope, _model, passages) =>
      this.#call("embedPassages", () => passages.map(({ terms }) => quantize(hashTerms(terms)))),
    writeCorpus: (shard, _, documents) =>
      this.#call(`writeCorpus:${shard}:${documents.length}`, () => {
        for (const document of documents) {
          const key = `${shard}:${document.fileId}`;
          const before = this.corpus.get(key)?.chunks ?? [];
          const isNext = document.chunks[0]?.ordinal === before.length;
          const chunks = isNext ? [...before, ...document.chunks] : document.chunks;
          this.corpus.set(key, { ...document, chunks });
        }
      }),
    renew: () => this.#call("renew", () => true),
    readStored: (_, _source, { fileId }, from) =>
      this.#call(`readStored:${fileId}:${from}`, () => null),
    openShard: (_, generation, shard) => ({
      staged: ({ fileId }) =>
        this.#call(`staged:${fileId}`, () => ({
          state: "staged",
          count: 0,
          dimensions: 0,
          last: null,
        })),
      stage: ({ chunks, ...file }, from) =>
        this.#call(`stage:${generation}:${shard}:${from}`, () => {
          const before = this.#staged.get(file.fileId)?.chunks.slice(0, from) ?? [];
          this.#staged.set(file.fileId, { ...file, chunks: [...before, ...chunks] });
          return "written";
        }),
      publish: ({ fileId }) =>
        this.#call(`publish:${fileId}`, () => {
          const document = this.#staged.get(fileId);
          if (document) this.shards.set(`${shard}:${fileId}`, document);
          return "written";
        }),
    }),
    writeShard: (_, generation, shard, documents) =>
      this.#call(`writeShard:${generation}:${shard}:${documents.length}`, () => {
        for (const document of documents) this.shards.set(`${shard}:${document.fileId}`, document);
      }),
    isModelAway: async () => false,
    onFailure: () => {},
    onCopyFailure: () => {},
    onSourceLost: () => {},
  };

  async #call<Value>(name: string, run: () => Value | Promise<Value>): Promise<Value> {
    this.calls.push(name);
    if (this.slow !== "" && name.startsWith(this.slow)) await scheduler.wait(800);
    if (this.fault === "" || !name.startsWith(this.fault)) return await run();
    this.fault = "";
    throw new Error("D1 DB storage operation exceeded timeout");
  }

  kinds() {
    return Object.fromEntries([...this.reports].map(([fileId, { kind }]) => [fileId, kind]));
  }
}
