import { DurableObject } from "cloudflare:workers";

import { CodedScan } from "../../../src/retrieval/dense/coded/coded-scan.ts";
import { packCodes, unpackCodes } from "../../../src/retrieval/dense/coded/codes.ts";
import { SignCoder } from "../../../src/retrieval/dense/coded/sign-code.ts";
import { CODED_FROM, type DenseQuestion } from "../../../src/retrieval/dense/dense-scan.ts";
import { ExactScan } from "../../../src/retrieval/dense/exact-scan.ts";
import kernelModule from "../../../src/retrieval/dense/kernel/kernel.wasm";
import { PlainScan } from "./plain-scan.ts";
import { VectorRows } from "./vector-rows.ts";

type BenchEnv = { readonly VECTORS: DurableObjectNamespace<VectorsObject> };
type Blob = { readonly bytes: ArrayBuffer };
type Tier = "plain" | "exact" | "coded";

/** The best of several rounds counts, since other work on the machine slows them down. */
const ROUNDS = 3;
const TABLES = `
  CREATE TABLE IF NOT EXISTS code (first INTEGER PRIMARY KEY, bytes BLOB);
  CREATE TABLE IF NOT EXISTS mean (bytes BLOB);`;

/** What a question took, in milliseconds for one of its repetitions, and what it found. */
export type Answered = {
  readonly ms: number;
  readonly rowsRead: number;
  readonly hits: readonly { readonly position: number; readonly score: number }[];
};

/** Stores the vectors of a benchmark as a search shard does, and answers questions by vector alone in each tier. */
export class VectorsObject extends DurableObject<BenchEnv> {
  readonly #sql = this.ctx.storage.sql;
  readonly #scans = new Map<Tier, PlainScan | ExactScan | CodedScan>();
  readonly #rows: VectorRows;
  #coder: SignCoder | null = null;

  constructor(ctx: DurableObjectState, env: BenchEnv) {
    super(ctx, env);
    this.#sql.exec(TABLES);
    this.#rows = new VectorRows(this.#sql);
  }

  /** Stores rows and their codes. The first call has at least 4,096 rows. */
  write(bytes: ArrayBuffer, dimensions: number): number {
    const started = performance.now();
    const rows = new Int8Array(bytes);
    this.#rows.dimensions = dimensions;
    const first = this.#rows.count;
    this.ctx.storage.transactionSync(() => {
      this.#rows.write(rows);
      this.#coder ??= this.#makeCoder(rows.subarray(0, CODED_FROM * dimensions));
      const blob = packCodes(this.#coder.encode(rows));
      this.#sql.exec("INSERT INTO code (first, bytes) VALUES (?, ?)", first, blob.buffer);
    });
    return performance.now() - started;
  }

  /** Loads a tier from storage, as the first question after a start does. */
  start(tier: Tier): { ms: number; bytes: number } {
    this.#scans.delete(tier);
    const started = performance.now();
    const scan = this.#load(tier);
    const ms = performance.now() - started;
    this.#scans.set(tier, scan);
    return { ms, bytes: scan.bytes };
  }

  /** Answers a question in a tier several times: `repeat` in a round, since the clock here has steps of a millisecond. */
  ask(tier: Tier, vector: Float32Array, repeat: number): Answered {
    const scan = this.#scans.get(tier) ?? this.#load(tier);
    this.#scans.set(tier, scan);
    const question: DenseQuestion = {
      vector,
      lexical: null,
      weights: { lexical: 0, dense: 1 },
      admitted: null,
      nearest: null,
      candidatesMax: 10,
      buffer: new Float64Array(this.#rows.count),
    };
    this.#rows.rowsRead = 0;
    let hits: Answered["hits"] = [];
    let ms = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
      const started = performance.now();
      for (let time = 0; time < repeat; time++) hits = rankTen(scan.score(question));
      ms = Math.min(ms, (performance.now() - started) / repeat);
    }
    return { ms, rowsRead: this.#rows.rowsRead / repeat / ROUNDS, hits };
  }

  /** Makes the coder of the stored mean; of the first rows, stored from now on, if there is none. */
  #makeCoder(firstRows: Int8Array): SignCoder {
    const { dimensions } = this.#rows;
    const [stored] = this.#sql.exec<Blob>("SELECT bytes FROM mean").toArray();
    if (stored) return new SignCoder(kernelModule, dimensions, new Float32Array(stored.bytes));
    const mean = SignCoder.measureMean(kernelModule, dimensions, firstRows);
    this.#sql.exec("INSERT INTO mean VALUES (?)", mean.slice().buffer);
    return new SignCoder(kernelModule, dimensions, mean);
  }

  #load(tier: Tier): PlainScan | ExactScan | CodedScan {
    const { dimensions } = this.#rows;
    if (tier === "coded") return this.#loadCodes();
    const scan =
      tier === "exact" ? new ExactScan(kernelModule, dimensions) : new PlainScan(dimensions);
    for (const rows of this.#rows.all()) scan.append(rows);
    return scan;
  }

  #loadCodes(): CodedScan {
    const { bytes } = this.#sql.exec<Blob>("SELECT bytes FROM mean").one();
    const mean = new Float32Array(bytes);
    const { dimensions } = this.#rows;
    const scan = new CodedScan(kernelModule, dimensions, mean, (positions) =>
      this.#rows.read(positions),
    );
    for (const blob of this.#sql.exec<Blob>("SELECT bytes FROM code ORDER BY first")) {
      scan.append(unpackCodes(new Uint8Array(blob.bytes), dimensions));
    }
    return scan;
  }
}

function rankTen(scores: ReturnType<ExactScan["score"]>): Answered["hits"] {
  if (scores.kind === "none") return [];
  const best: { position: number; score: number }[] = [];
  let lowest = 0;
  for (let index = 0; index < scores.scores.length; index++) {
    const score = scores.scores[index] ?? 0;
    if (score <= lowest) continue;
    const position = scores.kind === "some" ? (scores.positions[index] ?? -1) : index;
    best.push({ position, score });
    best.sort((a, b) => b.score - a.score || a.position - b.position);
    if (best.length <= 10) continue;
    best.pop();
    lowest = best.at(-1)?.score ?? 0;
  }
  return best;
}

const TIERS: readonly string[] = ["plain", "exact", "coded"] satisfies Tier[];
const isTier = (name: string | null): name is Tier => name !== null && TIERS.includes(name);

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const object = env.VECTORS.getByName("bench");
    const body = await request.arrayBuffer();
    if (pathname === "/write") {
      return Response.json(await object.write(body, Number(searchParams.get("dimensions"))));
    }
    const tier = searchParams.get("tier");
    if (!isTier(tier)) return new Response("There is no such tier.", { status: 400 });
    if (pathname === "/start") return Response.json(await object.start(tier));
    const repeat = Number(searchParams.get("repeat"));
    return Response.json(await object.ask(tier, new Float32Array(body), repeat));
  },
} satisfies ExportedHandler<BenchEnv>;
