import { CodedScan } from "../../../../src/retrieval/dense/coded/coded-scan.ts";
import { SignCoder } from "../../../../src/retrieval/dense/coded/sign-code.ts";
import type { DenseQuestion, DenseScores } from "../../../../src/retrieval/dense/dense-scan.ts";
import { ExactScan } from "../../../../src/retrieval/dense/exact-scan.ts";
import kernelModule from "../../../../src/retrieval/dense/kernel/kernel.wasm";
import { packRows } from "../../../../src/retrieval/dense/rows.ts";
import { fusedScore } from "../../../../src/retrieval/fuse.ts";

const MEAN_ROWS = 4_096;

/** The same rows in both tiers, appended in calls of 1,000, and the number of rows that the coded one has read. */
export function bothTiers(rows: readonly Int8Array[], dimensions: number) {
  const first = packRows(rows.slice(0, MEAN_ROWS), dimensions);
  const mean = SignCoder.measureMean(kernelModule, dimensions, first);
  const coder = new SignCoder(kernelModule, dimensions, mean);
  const reads = { rows: 0 };
  const coded = new CodedScan(kernelModule, dimensions, mean, (positions) => {
    reads.rows += positions.length;
    return packRows(
      Array.from(positions, (position) => rows[position] ?? new Int8Array()),
      dimensions,
    );
  });
  const exact = new ExactScan(kernelModule, dimensions);
  for (let from = 0; from < rows.length; from += 1_000) {
    const part = packRows(rows.slice(from, from + 1_000), dimensions);
    coded.append(coder.encode(part));
    exact.append(part);
  }
  return { coded, exact, coder, reads };
}

/** A question by vector alone over all positions; `changes` replaces members. */
export function askFor(
  vector: Float32Array,
  count: number,
  changes: Partial<DenseQuestion> = {},
): DenseQuestion {
  const weights = { lexical: 0, dense: 1 };
  const buffer = new Float64Array(count);
  return {
    vector,
    lexical: null,
    weights,
    admitted: null,
    nearest: null,
    candidatesMax: 10,
    buffer,
    ...changes,
  };
}

/** Ranks what a scan returned as a shard does: the best admitted by combined score; of equal ones the first. */
export function rank(
  scores: DenseScores,
  { lexical, weights, admitted, candidatesMax }: DenseQuestion,
): { position: number; score: number }[] {
  if (scores.kind === "none") return [];
  return Array.from(scores.scores, (dense, index) => {
    const position = scores.kind === "all" ? index : (scores.positions[index] ?? -1);
    return { position, score: fusedScore(lexical?.[position] ?? 0, dense, weights) };
  })
    .filter(({ position, score }) => score > 0 && isAdmitted(admitted, position))
    .toSorted((a, b) => b.score - a.score || a.position - b.position)
    .slice(0, candidatesMax);
}

function isAdmitted(admitted: Uint32Array | null, position: number): boolean {
  return admitted === null || ((admitted[position >> 5] ?? 0) & (1 << (position & 31))) !== 0;
}
