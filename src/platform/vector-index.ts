import type { Vectorize } from "@cloudflare/workers-types";
import { z } from "zod";

import { withDeadline } from "../abort.ts";
import {
  INDEX_LIMITS,
  type IndexQuestion,
  IndexRefused,
  type IndexState,
  type IndexVector,
  type VectorIndex,
} from "../retrieval/vectorize/vector-index.ts";
import { CallOverdue } from "./failure.ts";

/** The methods of a Vectorize binding that the service calls. */
export type VectorizeBinding = Pick<
  Vectorize,
  "describe" | "upsert" | "deleteByIds" | "query" | "getByIds"
>;

/** Maximum milliseconds that a call may take. A mutation carries up to 1,000 vectors. */
const CALL_MS = 30_000;

/** The binding's types say `number` for the id and the time of a mutation; the service answers with texts. */
const State = z.object({
  dimensions: z.number(),
  vectorCount: z.number(),
  processedUpToMutation: z.union([z.string(), z.number()]).nullish(),
  processedUpToDatetime: z.union([z.string(), z.number()]).nullish(),
});

/**
 * Makes a `VectorIndex` of a binding of Vectorize. A call that is over a limit of the platform is refused before it is
 * sent. A refusal of the service is thrown as `IndexRefused`; any other failure as it is, since it may pass.
 */
export function openVectorIndex(binding: VectorizeBinding): VectorIndex {
  return {
    describe: async () => readState(await ask("describe", binding.describe())),
    upsert: async (vectors) => {
      checkVectors(vectors);
      const written = vectors.map(({ id, namespace, values, metadata }) => ({
        id,
        namespace,
        values: [...values],
        metadata: { ...metadata },
      }));
      return (await ask("upsert", binding.upsert(written))).mutationId;
    },
    deleteByIds: async (ids) => {
      checkIds(ids, INDEX_LIMITS.batch);
      return (await ask("deleteByIds", binding.deleteByIds([...ids]))).mutationId;
    },
    query: async (vector, question) => {
      checkQuestion(question);
      const { namespace, nearest, filter } = question;
      const filtered = filter === null ? {} : { filter };
      const options = { namespace, topK: nearest, returnValues: false, ...filtered } as const;
      const found = await ask(
        "query",
        binding.query(vector, { ...options, returnMetadata: "none" }),
      );
      checkScores(found.matches);
      return found.matches.map(({ id, score }) => ({ id, score }));
    },
    readMetadata: async (ids) => {
      checkIds(ids, INDEX_LIMITS.readBatch);
      const found = await ask("getByIds", binding.getByIds([...ids]));
      return new Map(found.map(({ id, metadata }) => [id, Metadata.parse(metadata ?? {})]));
    },
  };
}

/** Metadata as the service writes it. Properties of other types are not of its making. */
const Metadata = z.record(z.string(), z.unknown()).transform((read) => {
  const own = Object.entries(read).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === "string" || typeof entry[1] === "number",
  );
  return Object.fromEntries(own);
});

function readState(described: unknown): IndexState {
  const state = State.parse(described);
  const at = state.processedUpToDatetime ?? null;
  const processedAt = typeof at === "string" ? Date.parse(at) : at;
  return {
    dimensions: state.dimensions,
    vectorCount: state.vectorCount,
    processedMutation: state.processedUpToMutation?.toString() ?? null,
    processedAt: processedAt === null || Number.isNaN(processedAt) ? null : processedAt,
  };
}

async function ask<Value>(name: string, call: Promise<Value>): Promise<Value> {
  try {
    return await withDeadline(call, CALL_MS, () => {
      throw new CallOverdue(`Vectorize (${name})`, CALL_MS);
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!REFUSAL.test(message)) throw error;
    const reason = /dimension/i.test(message) ? "dimensions" : "refused";
    throw new IndexRefused(reason, `Vectorize refused ${name}: ${message}`, error);
  }
}

/**
 * Errors of Vectorize carry a number: 4xxxx for a call that is wrong. Too many calls (429) and failures of the service
 * (5xxxx) may pass.
 */
const REFUSAL = /\bcode = 4\d{4}\b/;

function checkVectors(vectors: readonly IndexVector[]): void {
  checkIds(
    vectors.map(({ id }) => id),
    INDEX_LIMITS.batch,
  );
  const [first] = vectors;
  for (const { id, namespace, values, metadata } of vectors) {
    checkBytes("namespace", namespace);
    checkSize(`metadata of ${id}`, metadata, INDEX_LIMITS.metadataBytes);
    if (values.length !== first?.values.length || !values.every(Number.isFinite)) {
      throw new IndexRefused(
        "dimensions",
        `The vector ${id} has ${values.length} values; all of a call need the same number of finite ones.`,
      );
    }
  }
}

function checkIds(ids: readonly string[], most: number): void {
  if (ids.length === 0 || ids.length > most) {
    throw new IndexRefused("limits", `A call has ${ids.length} ids; it takes 1 to ${most}.`);
  }
  for (const id of ids) checkBytes("id", id);
}

function checkQuestion({ namespace, nearest, filter }: IndexQuestion): void {
  checkBytes("namespace", namespace);
  if (filter !== null) checkSize("filter", filter, INDEX_LIMITS.filterBytes - 1);
  if (nearest < 1 || nearest > INDEX_LIMITS.nearest) {
    throw new IndexRefused(
      "limits",
      `A query wants ${nearest} vectors; it finds 1 to ${INDEX_LIMITS.nearest}.`,
    );
  }
}

/** Cosines that were computed from compressed vectors may be this far outside of −1 to 1. */
const COSINE_ERROR = 0.1;

/**
 * Checks that scores are cosines: a binding does not tell its metric. The rows of shards are not of length 1, so their
 * distances and products are far above.
 */
function checkScores(matches: readonly { readonly score: number }[]): void {
  const wrong = matches.find(({ score }) => !(Math.abs(score) <= 1 + COSINE_ERROR));
  if (!wrong) return;
  throw new IndexRefused(
    "metric",
    `The index gives a score of ${wrong.score}: its metric must be cosine.`,
  );
}

function checkSize(what: string, value: object, most: number): void {
  const { length } = new TextEncoder().encode(JSON.stringify(value));
  if (length <= most) return;
  throw new IndexRefused("limits", `The ${what} has ${length} bytes; Vectorize takes ${most}.`);
}

function checkBytes(what: "id" | "namespace", text: string): void {
  const { length } = new TextEncoder().encode(text);
  if (length >= 1 && length <= INDEX_LIMITS.idBytes) return;
  throw new IndexRefused(
    "limits",
    `The ${what} '${text}' has ${length} bytes; Vectorize takes 1 to ${INDEX_LIMITS.idBytes}.`,
  );
}
