import { inverseNorm, quantize } from "../quantize.ts";

/** A question vector in the form in which rows are scored exactly: quantized, with its inverse norm. */
export type QuestionRow = { readonly row: Int8Array; readonly inverseNorm: number };

/** Quantizes a question vector; null if it is similar to nothing, as `DenseScan.score` says. */
export function makeQuestionRow(vector: Float32Array, dimensions: number): QuestionRow | null {
  const row = quantize(vector);
  const scale = inverseNorm(row);
  return scale === 0 || row.length !== dimensions ? null : { row, inverseNorm: scale };
}
