import { inverseNorm, quantize } from "../quantize.ts";

/** A quantized question vector with its inverse norm, the form in which rows are scored exactly. */
export type QuestionRow = { readonly row: Int8Array; readonly inverseNorm: number };

/**
 * Quantizes a question vector. Returns null if it is all zeros, has a value that is not finite, or has another length
 * than `dimensions`.
 */
export function makeQuestionRow(vector: Float32Array, dimensions: number): QuestionRow | null {
  const row = quantize(vector);
  const scale = inverseNorm(row);
  return scale === 0 || row.length !== dimensions ? null : { row, inverseNorm: scale };
}
