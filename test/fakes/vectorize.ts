import type {
  VectorFloatArray,
  VectorizeAsyncMutation,
  VectorizeIndexInfo,
  VectorizeMatches,
  VectorizeQueryOptions,
  VectorizeVector,
} from "@cloudflare/workers-types";

import type { VectorizeBinding } from "../../src/platform/vector-index.ts";
import {
  BadFilter,
  compileFilter,
  type IndexedValues,
  indexValues,
  makeMetadataIndexes,
  type MetadataIndexes,
} from "./vectorize-filter.ts";

/** The faults of a fake index. Each is met by the calls or mutations with the numbers in its set, counted from 1. */
export type VectorizeFaults = {
  /** Calls that change the index and fail before they reach it. */
  readonly lostCalls: Set<number>;
  /** Mutations that are accepted, but whose caller gets an error. */
  readonly lostReplies: Set<number>;
  /** Mutations that are accepted and passed over: they never take effect. */
  readonly lostMutations: Set<number>;
  /** Mutations that take effect a second time, with the milliseconds from the first effect to the second. */
  readonly repeated: Map<number, number>;
  /** Mutations that take effect after the one behind them. */
  readonly reordered: Set<number>;
};

type Change = {
  readonly number: number;
  readonly id: string;
  readonly acceptedAt: number;
  readonly upserts: readonly VectorizeVector[];
  readonly deletes: readonly string[];
};

type Stored = {
  readonly namespace: string;
  readonly values: Float32Array;
  /** What is added to each of its scores. */
  readonly error: number;
  readonly metadata: NonNullable<VectorizeVector["metadata"]>;
  readonly indexed: IndexedValues;
};

/** The settings of a fake index. */
export type FakeVectorizeOptions = {
  readonly dimensions: number;
  /** The present time, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds after which a mutation takes effect. */
  readonly delayMs?: number;
  /** Vectors from which on the index is full. */
  readonly vectorsMax?: number;
  /** The properties with metadata indexes; none by default. */
  readonly metadataIndexes?: readonly { readonly property: string; readonly type: string }[];
};

const BATCH_MAX = 1_000;
const READ_MAX = 20;
const BYTES_MAX = 64;
const NEAREST_MAX = 100;
const NEAREST_MAX_WITH_DATA = 50;
const METADATA_BYTES = 10_240;
/** Scores of the real index are those of compressed vectors. */
const SCORE_ERROR = 0.004;

/**
 * An index that behaves as the documentation of Vectorize says: a mutation takes effect after a time, its id has no
 * order, scores are approximate, and calls over a limit are refused. It loses, repeats and reorders what `faults` says.
 */
export class FakeVectorize implements VectorizeBinding {
  readonly faults: VectorizeFaults = {
    lostCalls: new Set(),
    lostReplies: new Set(),
    lostMutations: new Set(),
    repeated: new Map(),
    reordered: new Set(),
  };
  /** True while no call is answered. */
  isAway = false;
  /** True while mutations are accepted and none takes effect. */
  isFrozen = false;
  /** Numbers of vectors, or of ids, in the mutations that were accepted. */
  readonly batches: number[] = [];
  /** Number of queries that were answered. */
  queries = 0;
  readonly #options: FakeVectorizeOptions;
  readonly #metadataIndexes: MetadataIndexes;
  readonly #vectors = new Map<string, Stored>();
  #pending: Change[] = [];
  #later: { readonly at: number; readonly change: Change }[] = [];
  #calls = 0;
  #accepted = 0;
  #processed: Change | null = null;

  constructor(options: FakeVectorizeOptions) {
    this.#options = options;
    this.#metadataIndexes = makeMetadataIndexes(options.metadataIndexes ?? []);
  }

  /** The ids of the vectors that queries can find now, in order. */
  get ids(): string[] {
    this.#settle();
    return [...this.#vectors.keys()].toSorted();
  }

  /** The metadata of the vectors that queries can find now, by their ids. */
  get metadata(): Map<string, object> {
    this.#settle();
    return new Map([...this.#vectors].map(([id, { metadata }]) => [id, metadata]));
  }

  /** Numbers of mutations that were accepted and have not taken effect. */
  get pending(): number[] {
    this.#settle();
    return this.#pending.map(({ number }) => number);
  }

  async describe(): Promise<VectorizeIndexInfo> {
    this.#answer();
    const last = this.#processed;
    const state = {
      dimensions: this.#options.dimensions,
      vectorCount: this.#vectors.size,
      processedUpToMutation: last?.id ?? null,
      processedUpToDatetime: last === null ? null : new Date(last.acceptedAt).toISOString(),
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the platform's types say `number` where the service sends text
    return state as unknown as VectorizeIndexInfo;
  }

  async upsert(vectors: VectorizeVector[]): Promise<VectorizeAsyncMutation> {
    this.#reach();
    const { dimensions, vectorsMax = Infinity } = this.#options;
    if (vectors.length > BATCH_MAX) refuse("UPSERT", 40_023, `too many vectors, max ${BATCH_MAX}`);
    for (const { id, namespace = "", values, metadata = {} } of vectors) {
      if (byteLength(JSON.stringify(metadata)) > METADATA_BYTES) {
        refuse("UPSERT", 40_010, `metadata of id="${id}" is too large`);
      }
      if (values.length !== dimensions) {
        const got = `expected ${dimensions} dimensions, and got ${values.length} dimensions`;
        refuse("UPSERT", 40_012, `invalid vector for id="${id}", ${got}`);
      }
      for (const text of [id, namespace]) {
        if (byteLength(text) > BYTES_MAX) refuse("UPSERT", 40_008, `'${text}' is too long`);
      }
    }
    if (this.#vectors.size >= vectorsMax) refuse("UPSERT", 40_041, "the index is full");
    return this.#accept(vectors, []);
  }

  async deleteByIds(ids: string[]): Promise<VectorizeAsyncMutation> {
    this.#reach();
    if (ids.length > BATCH_MAX) refuse("DELETE", 40_007, `too many ids, max ${BATCH_MAX}`);
    return this.#accept([], ids);
  }

  async getByIds(ids: string[]): Promise<VectorizeVector[]> {
    this.#answer();
    if (ids.length > READ_MAX) refuse("GET", 40_007, `too many ids, max id count is ${READ_MAX}`);
    return ids.flatMap((id) => {
      const stored = this.#vectors.get(id);
      if (!stored) return [];
      const { namespace, values, metadata } = stored;
      return [{ id, namespace, values, metadata }];
    });
  }

  async query(
    vector: VectorFloatArray | number[],
    options: VectorizeQueryOptions = {},
  ): Promise<VectorizeMatches> {
    const { topK = 5, namespace = "", returnValues, returnMetadata = "none", filter } = options;
    this.#answer();
    const { dimensions } = this.#options;
    if (vector.length !== dimensions) {
      const got = `expected ${dimensions} dimensions, and got ${vector.length} dimensions`;
      refuse("QUERY", 40_006, `invalid query vector, ${got}`);
    }
    const hasData = returnValues === true || returnMetadata !== "none";
    const most = hasData ? NEAREST_MAX_WITH_DATA : NEAREST_MAX;
    if (topK > most) refuse("QUERY", 40_025, `topK ${topK} is too large, max ${most}`);
    const passes = filter === undefined ? () => true : readFilter(filter);
    this.queries++;
    const wanted = normalize(vector);
    const matches = [...this.#vectors]
      .filter(([, stored]) => stored.namespace === namespace && passes(stored.indexed))
      .map(([id, { values, error }]) => ({ id, score: dot(wanted, values) + error }))
      .toSorted((a, b) => b.score - a.score)
      .slice(0, topK);
    return { matches, count: matches.length };
  }

  /** Counts a call that changes the index, and loses it if a fault says so. */
  #reach(): void {
    this.#calls++;
    this.#answer();
    if (this.faults.lostCalls.has(this.#calls)) throw new Error("Network connection lost.");
  }

  #answer(): void {
    if (this.isAway) throw new Error("Network connection lost.");
    this.#settle();
  }

  #accept(upserts: readonly VectorizeVector[], deletes: readonly string[]): VectorizeAsyncMutation {
    const number = ++this.#accepted;
    const id = crypto.randomUUID();
    this.batches.push(upserts.length + deletes.length);
    this.#pending.push({ number, id, acceptedAt: this.#options.now(), upserts, deletes });
    if (this.faults.lostReplies.has(number)) throw new Error("Network connection lost.");
    return { mutationId: id };
  }

  /** Lets the mutations take effect whose time has come. */
  #settle(): void {
    if (this.isFrozen) return;
    const { now, delayMs = 0 } = this.#options;
    const due = this.#pending.filter(({ acceptedAt }) => acceptedAt + delayMs <= now());
    this.#pending = this.#pending.slice(due.length);
    const last = due.at(-1);
    for (const change of this.#order(due)) {
      if (this.faults.lostMutations.has(change.number)) continue;
      this.#apply(change);
      const repeatAfterMs = this.faults.repeated.get(change.number);
      if (repeatAfterMs !== undefined) this.#later.push({ at: now() + repeatAfterMs, change });
    }
    if (last) this.#processed = last;
    for (const { change } of this.#later.filter(({ at }) => at <= now())) this.#apply(change);
    this.#later = this.#later.filter(({ at }) => at > now());
  }

  /** Puts each reordered mutation behind the next one. */
  #order(due: readonly Change[]): Change[] {
    const ordered = [...due];
    for (let at = due.length - 2; at >= 0; at--) {
      const [one, next] = [ordered[at], ordered[at + 1]];
      if (!one || !next || !this.faults.reordered.has(one.number)) continue;
      ordered[at] = next;
      ordered[at + 1] = one;
    }
    return ordered;
  }

  #apply({ upserts, deletes }: Change): void {
    for (const { id, namespace = "", values, metadata = {} } of upserts) {
      const indexed = indexValues(metadata, this.#metadataIndexes);
      const unit = normalize(values);
      this.#vectors.set(id, { namespace, values: unit, error: errorOf(unit), metadata, indexed });
    }
    for (const id of deletes) this.#vectors.delete(id);
  }
}

function refuse(call: string, code: number, message: string): never {
  throw new Error(`VECTOR_${call}_ERROR (code = ${code}): ${message}`);
}

function readFilter(filter: object): (values: IndexedValues) => boolean {
  try {
    return compileFilter(filter);
  } catch (error) {
    if (!(error instanceof BadFilter)) throw error;
    return refuse("QUERY", 40_026, error.message);
  }
}

const byteLength = (text: string) => new TextEncoder().encode(text).length;

function normalize(values: ArrayLike<number>): Float32Array {
  const vector = Float32Array.from(values);
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/**
 * Returns the error of the scores of a vector: that of its compression, the same whatever its id, so that a test with ids
 * of its own finds the same in each run.
 */
function errorOf(values: Float32Array): number {
  let hash = 7;
  for (const bits of new Uint32Array(values.buffer)) hash = (Math.imul(hash, 31) + bits) >>> 0;
  return ((hash % 1_000) / 500 - 1) * SCORE_ERROR;
}
