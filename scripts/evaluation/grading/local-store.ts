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
import { cutPassages, type EmbedPassages } from "../../../src/ingest/passages.ts";
import { CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import { EVIDENCE_DEFAULT, OUTPUT_DEFAULT } from "../../../src/knowledge/project-settings.ts";
import { ok } from "../../../src/result.ts";
import { PlanCache } from "../../../src/retrieval/fan-out/plan-cache.ts";
import { hash1, HASH_MODEL, hashTerms } from "../../../src/retrieval/hash-embedding.ts";
import { quantize } from "../../../src/retrieval/quantize.ts";
import { rankShard } from "../../../src/retrieval/rank-shard.ts";
import type {
  SearchPlan,
  ShardCandidate,
  ShardQuery,
} from "../../../src/retrieval/search-types.ts";
import { type Findings, search } from "../../../src/retrieval/search.ts";
import { ShardMemory } from "../../../src/retrieval/shard-memory.ts";

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
  readonly #postings = new Map<string, number[]>();
  readonly #memory = new ShardMemory(hash1.dimensions);
  readonly #plans = new PlanCache().ofStore(STORE);
  #files = 0;

  /** Indexes a file. Returns the reason if its text cannot be read; null if it was indexed. */
  async add({ name, bytes }: LocalFile): Promise<string | null> {
    const extracted = await extractText({ bytes, filename: name }, noCharacterMap);
    if (!extracted.ok) return extracted.error.message;
    const fileId = firstFileId(++this.#files);
    const task = makeTask(fileId, name, bytes.length);
    const passages = await cutPassages(embedTerms, STORE, task, extracted.value);
    if (!passages.ok) return passages.error.message;
    this.texts.set(fileId, extracted.value.text);
    for (const { id: chunkId, terms, length, vector, ...passage } of passages.value.chunks) {
      const number = this.#chunks.length;
      this.#chunks.push({
        ...passage,
        chunkId,
        fileId,
        version: 1,
        filename: name,
        attributes: {},
      });
      this.#memory.add({ number, chunkId, fileId, length, vector: quantize(vector) });
      for (const term of terms.split(" ")) {
        const known = this.#postings.get(term);
        if (known) known.push(number);
        else this.#postings.set(term, [number]);
      }
    }
    return null;
  }

  /** Searches for all queries, best passages first. */
  async search(queries: readonly string[]): Promise<Findings> {
    const deps = {
      plan: async (terms: readonly string[]) => ok(this.#plan(terms)),
      shard: async (_generation: number, _number: number, query: ShardQuery) => this.#rank(query),
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
    const { count, totalLength } = this.#memory;
    return {
      contentVersion: this.#files,
      generation: 1,
      embeddingModel: HASH_MODEL,
      shards: [0],
      unavailable: [],
      chunkCount: count,
      averageLength: count === 0 ? 0 : totalLength / count,
      documentCounts: terms.map((term) => new Set(this.#postings.get(term)).size),
      hidden: [],
    };
  }

  #rank(query: ShardQuery): ShardCandidate[] {
    const postings = (term: string) => this.#postings.get(term) ?? [];
    return rankShard(this.#memory, postings, query, () => true).flatMap(
      ({ number, lexical, dense }) => {
        const chunk = this.#chunks[number];
        return chunk ? { ...chunk, lexical, dense } : [];
      },
    );
  }
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
  inputs.map(({ terms }) => hashTerms(terms));

const noCharacterMap = async (): Promise<never> => {
  throw new Error("The local store reads no character maps of PDF files");
};
