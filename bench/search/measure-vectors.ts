import { readKernel } from "../../scripts/kernel/read-kernel.ts";
import { ExactScan } from "../../src/retrieval/dense/exact-scan.ts";
import { percentiles } from "../latency.ts";
import { drawRows, drawVectors } from "./draw-vectors.ts";
import { type Answered, startVectors, type VectorsRuntime } from "./vectors-runtime.ts";

const ROWS_A_CALL = 8_000;
/** Answers are timed as the mean of several, since the clock in workerd has steps of a millisecond. */
const REPEAT = 5;

/** A size to measure. */
export type Size = {
  readonly count: number;
  readonly dimensions: number;
  readonly questions: number;
  readonly tiers: readonly string[];
};

/** What a tier took and found. `same` counts the answers that are the exhaustive ones: positions, order and scores. */
export type SizeResult = {
  readonly count: number;
  readonly tier: string;
  readonly p50: number;
  readonly p95: number;
  readonly recall: number;
  readonly same: number;
  readonly rowsRead: number;
  readonly startMs: number;
  readonly bytes: number;
};

type Hits = Answered["hits"];

/** Fills an object with vectors, and asks all tiers each question in turn. */
export async function measureVectors(size: Size): Promise<SizeResult[]> {
  const runtime = await startVectors();
  try {
    const { wanted, questions } = await fill(runtime, size);
    const starts = new Map<string, { ms: number; bytes: number }>();
    for (const tier of size.tiers) starts.set(tier, await runtime.start(tier));
    const answers = new Map<string, Answered[]>(size.tiers.map((tier) => [tier, []]));
    for (const vector of questions) {
      for (const tier of size.tiers) {
        answers.get(tier)?.push(await runtime.ask(tier, vector, REPEAT));
      }
    }
    return size.tiers.map((tier) => {
      const { ms = 0, bytes = 0 } = starts.get(tier) ?? {};
      return {
        count: size.count,
        tier,
        startMs: ms,
        bytes,
        ...sumUp(answers.get(tier) ?? [], wanted),
      };
    });
  } finally {
    await runtime.dispose();
  }
}

/** Writes the vectors. Returns the questions, of which the first is for warming up, and their exhaustive answers. */
async function fill(runtime: VectorsRuntime, { count, dimensions, questions }: Size) {
  const draw = drawVectors(dimensions);
  const exact = new ExactScan(readKernel(), dimensions);
  for (let from = 0; from < count; from += ROWS_A_CALL) {
    const rows = drawRows(draw, Math.min(ROWS_A_CALL, count - from), dimensions);
    exact.append(rows);
    await runtime.write(rows, dimensions);
  }
  const asked = Array.from({ length: questions }, draw);
  const buffer = new Float64Array(count);
  const weights = { lexical: 0, dense: 1 };
  const ask = { lexical: null, weights, admitted: null, nearest: null, candidatesMax: 10, buffer };
  const wanted = asked.map((vector) => {
    exact.score({ ...ask, vector });
    return bestTen(buffer);
  });
  return { questions: asked, wanted };
}

function bestTen(scores: Float64Array): Hits {
  const best = Array.from(scores.keys())
    .toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
    .slice(0, 10);
  return best.map((position) => ({ position, score: scores[position] ?? 0 }));
}

function sumUp(answers: readonly Answered[], wanted: readonly Hits[]) {
  let found = 0;
  let same = 0;
  for (const [index, { hits }] of answers.entries()) {
    const best = wanted[index] ?? [];
    const seen = new Set(hits.map(({ position }) => position));
    found += best.filter(({ position }) => seen.has(position)).length;
    if (JSON.stringify(hits) === JSON.stringify(best)) same++;
  }
  return {
    ...percentiles(answers.map(({ ms }) => ms)),
    recall: found / wanted.flat().length,
    same,
    rowsRead: answers.reduce((sum, { rowsRead }) => sum + rowsRead, 0) / answers.length,
  };
}
