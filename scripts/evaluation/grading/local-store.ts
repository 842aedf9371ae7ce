import type { LanguageModelV3Prompt } from "@ai-sdk/provider";

import { EXTRACTIVE_MODEL } from "../../../src/answer/answer-model.ts";
import type { AnswerRequest } from "../../../src/answer/answer-request.ts";
import type { Citation, Grounding, TextTurn } from "../../../src/answer/answer-types.ts";
import { NumberedPassages } from "../../../src/answer/citing/numbered-passages.ts";
import { builtInModel } from "../../../src/answer/extractive/built-in-model.ts";
import { answerExtractively } from "../../../src/answer/extractive/extractive.ts";
import { generate } from "../../../src/answer/generate.ts";
import { buildPrompt } from "../../../src/answer/prompt.ts";
import { retrieveEvidence } from "../../../src/answer/retrieve-evidence.ts";
import type { AnswerDeps } from "../../../src/answer/search-into.ts";
import { firstFileId, type FileId } from "../../../src/ids.ts";
import { extractText } from "../../../src/ingest/extract-text.ts";
import type { IngestTask } from "../../../src/ingest/ingest-types.ts";
import {
  cuttable,
  draftWindows,
  embedDrafts,
  type EmbedPassages,
} from "../../../src/ingest/passages.ts";
import { CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import { EVIDENCE_DEFAULT, OUTPUT_DEFAULT } from "../../../src/knowledge/project-settings.ts";
import { ok } from "../../../src/result.ts";
import { ExactScan } from "../../../src/retrieval/dense/exact-scan.ts";
import { packRows } from "../../../src/retrieval/dense/rows.ts";
import { PlanCache } from "../../../src/retrieval/fan-out/plan-cache.ts";
import { compareHits } from "../../../src/retrieval/fuse.ts";
import { hash1, HASH_MODEL, hashTerms } from "../../../src/retrieval/hash-embedding.ts";
import { quantize } from "../../../src/retrieval/quantize.ts";
import type {
  SearchPlan,
  ShardCandidate,
  ShardQuery,
} from "../../../src/retrieval/search-types.ts";
import { type Findings, search } from "../../../src/retrieval/search.ts";
import type { IndexedChunk } from "../../../src/retrieval/segment/make-batch.ts";
import {
  makeList,
  NO_POSTINGS,
  type PostingList,
} from "../../../src/retrieval/segment/posting-list.ts";
import { rankShard } from "../../../src/retrieval/shard/rank-shard.ts";
import { countDocuments, type FindList } from "../../../src/retrieval/shard/score-terms.ts";
import { ShardIndex } from "../../../src/retrieval/shard/shard-index.ts";
import { NO_WORK } from "../../../src/retrieval/shard/shard-work.ts";

/** A file to search, with its bytes. */
export type LocalFile = { readonly name: string; readonly bytes: Uint8Array };

/** An answer of the local store, with the time that the model took for it. */
export type LocalAnswer = {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly grounding: Grounding | null;
  readonly ms: number;
};

type StoredChunk = Omit<ShardCandidate, "lexical" | "dense">;

const STORE = "vs_local";
/** The number of passages that an answer is made from, the default of the API. */
const RESULTS = 20;

/**
 * A vector store in memory: the service's own extraction, chunks, ranking and built-in model, without its Worker,
 * databases and objects. It answers as the service does, in milliseconds, so that a set of questions takes seconds.
 */
export class LocalStore {
  readonly texts = new Map<FileId, string>();
  readonly #chunks: StoredChunk[] = [];
  /** The posting lists of each file's chunks, by the file's segment in the index. */
  readonly #lists = new Map<number, ReadonlyMap<string, PostingList>>();
  readonly #index = new ShardIndex();
  readonly #dense: ExactScan;
  readonly #plans = new PlanCache().ofStore(STORE);
  #files = 0;

  /** `kernel` is the compiled kernel of the dense scans. */
  constructor(kernel: WebAssembly.Module) {
    this.#dense = new ExactScan(kernel, hash1.dimensions);
  }

  /** Indexes a file. Returns the reason if its text cannot be read; null if it was indexed. */
  async add({ name, bytes }: LocalFile): Promise<string | null> {
    const extracted = await extractText({ bytes, filename: name }, noCharacterMap);
    if (!extracted.ok) return extracted.error.message;
    const fileId = firstFileId(++this.#files);
    const task = makeTask(fileId, name, bytes.length);
    const text = await cuttable(extracted.value, { storeId: STORE }, task);
    const chunks: IndexedChunk[] = [];
    for await (const { drafts } of draftWindows(text)) {
      chunks.push(
        ...(await embedDrafts(embedTerms, task.embeddingModel, drafts, text.analyzer)).chunks,
      );
    }
    this.texts.set(fileId, extracted.value.text);
    this.#addChunks(fileId, name, chunks);
    return null;
  }

  #addChunks(fileId: FileId, filename: string, chunks: readonly IndexedChunk[]): void {
    const first = this.#chunks.length;
    for (const { id: chunkId, ordinal, start, end, heading, text, places, units } of chunks) {
      const passage = { ordinal, start, end, heading, text, places, units, attributes: {} };
      this.#chunks.push({ ...passage, chunkId, fileId, version: 1, filename });
    }
    const columns = {
      runs: [{ first, count: chunks.length }],
      lengths: Uint32Array.from(chunks, ({ length }) => length),
      ordinals: new Uint32Array(chunks.length),
    };
    this.#index.append({ id: this.#files, columns, dropped: 0 });
    const vectors = chunks.map(({ vector }) => vector);
    this.#dense.append(packRows(vectors, hash1.dimensions));
    this.#lists.set(this.#files, listTerms(chunks));
  }

  /** Searches for all queries, best passages first. */
  async search(queries: readonly string[]): Promise<Findings> {
    const deps = {
      plan: async (terms: readonly string[]) => ok(this.#plan(terms)),
      shard: async (_generation: number, _number: number, query: ShardQuery) => this.#rank(query),
      explainedShard: async (_generation: number, _number: number, query: ShardQuery) => ({
        candidates: this.#rank(query),
        work: NO_WORK,
      }),
      nearest: async () => null,
      onLeftOut: () => {},
      known: this.#plans,
      contentVersion: async () => ok(this.#files),
      embedder: () => hash1,
      warnings: async () => new Map(),
    };
    const request = {
      queries,
      filter: null,
      maxResults: RESULTS,
      scoreThreshold: 0,
      weights: null,
    };
    const found = await search<never>(deps, request);
    if (!found.ok) throw new Error("The local store refused a search");
    return found.value;
  }

  /** Answers a question, which follows the turns of `history`, with the built-in model. */
  async answer(question: string, history: readonly TextTurn[]): Promise<LocalAnswer> {
    const startedAt = performance.now();
    const request = makeRequest(question, history);
    const signal = new AbortController().signal;
    const deps = this.#answerDeps();
    let text = "";
    const citations: Citation[] = [];
    let grounding: Grounding | null = null;
    const evidence = await retrieveEvidence(deps, request, signal);
    for await (const event of generate(deps, request, evidence, signal)) {
      if (event.type === "text") {
        text += event.text;
        citations.push(...event.citations);
      }
      if (event.type === "finished") grounding = event.grounding;
    }
    return { text, citations, grounding, ms: performance.now() - startedAt };
  }

  /** Returns the prompt that a language model would be sent for a question, which follows the turns of `history`. */
  async prompt(question: string, history: readonly TextTurn[]): Promise<LanguageModelV3Prompt> {
    const request = makeRequest(question, history);
    const signal = new AbortController().signal;
    const { searches } = await retrieveEvidence(this.#answerDeps(), request, signal);
    const passages = new NumberedPassages();
    const found = searches.flatMap(({ hits }) => passages.add(hits));
    return buildPrompt(request, searches.length === 0 ? null : found);
  }

  #answerDeps(): AnswerDeps {
    const raw = builtInModel(answerExtractively);
    const model = {
      name: EXTRACTIVE_MODEL,
      builtIn: true,
      stream: async function* stream(call: Parameters<typeof raw.doStream>[0]) {
        yield* (await raw.doStream(call)).stream;
      },
    };
    return {
      search: async (_search, queries) => await this.search(queries),
      modelNames: { answering: [EXTRACTIVE_MODEL], embedding: [HASH_MODEL] },
      model: (name) => (name === EXTRACTIVE_MODEL ? model : null),
      judge: () => null,
    };
  }

  #plan(terms: readonly string[]): SearchPlan {
    const { chunkCount, totalLength, documentCounts } = countDocuments(
      this.#index,
      this.#findList,
      terms,
    );
    return {
      contentVersion: this.#files,
      generation: 1,
      embeddingModel: HASH_MODEL,
      shards: [0],
      unavailable: [],
      chunkCount,
      averageLength: chunkCount === 0 ? 0 : totalLength / chunkCount,
      documentCounts,
      hidden: [],
      placement: null,
      followed: [],
    };
  }

  readonly #findList: FindList = ({ id }, term) => this.#lists.get(id)?.get(term) ?? NO_POSTINGS;

  #rank(query: ShardQuery): ShardCandidate[] {
    const idAt = (position: number) => this.#chunks[position]?.chunkId ?? "";
    const { chunks } = rankShard(
      {
        index: this.#index,
        findList: this.#findList,
        dense: this.#dense,
        nearest: null,
        buffer: new Float64Array(this.#index.count),
        readIds: (positions) => new Map(positions.map((position) => [position, idAt(position)])),
      },
      query,
      null,
    );
    return chunks
      .flatMap(({ position, lexical, dense, score }) => {
        const chunk = this.#chunks[position];
        return chunk ? [{ ...chunk, lexical, dense, score }] : [];
      })
      .toSorted(compareHits);
  }
}

/** Makes the posting lists of the chunks of a file, by term. */
function listTerms(chunks: readonly IndexedChunk[]): Map<string, PostingList> {
  const postings = new Map<string, Map<number, number>>();
  for (const [slot, { headingTerms, bodyTerms }] of chunks.entries()) {
    for (const term of `${headingTerms} ${bodyTerms}`.split(" ").filter((one) => one !== "")) {
      const known = postings.get(term) ?? new Map<number, number>();
      postings.set(term, known.set(slot, (known.get(slot) ?? 0) + 1));
    }
  }
  return new Map([...postings].map(([term, list]) => [term, makeList(list)]));
}

function makeTask(fileId: FileId, filename: string, bytes: number): IngestTask {
  return {
    fileId,
    version: 1,
    lease: "local",
    filename,
    bytes,
    attributes: {},
    chunking: CHUNKING_AUTO,
    generation: 1,
    embeddingModel: HASH_MODEL,
    shard: 0,
    corpusShard: 0,
  };
}

function makeRequest(question: string, history: readonly TextTurn[]): AnswerRequest {
  const turns = [...history, { role: "user" as const, text: question }];
  return {
    model: EXTRACTIVE_MODEL,
    instructions: null,
    items: turns.map((turn) => ({ type: "message", ...turn })),
    fileSearch: {
      storeIds: [STORE],
      filter: null,
      maxResults: RESULTS,
      scoreThreshold: 0,
      weights: null,
    },
    functions: [],
    toolChoice: "auto",
    parallelToolCalls: true,
    textFormat: { type: "text" },
    maxOutputTokens: null,
    temperature: null,
    topP: null,
    release: "sentence",
    outputPolicy: OUTPUT_DEFAULT,
    evidencePolicy: EVIDENCE_DEFAULT,
  };
}

const embedTerms: EmbedPassages = async (_model, inputs) =>
  inputs.map(({ terms }) => quantize(hashTerms(terms)));

const noCharacterMap = async (): Promise<never> => {
  throw new Error("The local store reads no character maps of PDF files");
};
