import { FACTOR_UNIT } from "./codes.ts";

/** Standard error of an estimate, in units of B · ‖q − μ‖ / √D: √(1 − a²) at the usual a of .8 (see decision 0094). */
const ERROR = 0.6;
/** Number of standard errors by which an estimate is assumed to err at most. */
const STANDARD_ERRORS = 4;
/** Number of dimensions of a code that select an entry of one table. */
const TABLE_DIMENSIONS = 4;
const TABLE_ENTRIES = 16;
/** Highest entry of a table: the sum of two entries must fit in 8 bits, and that of the entries of all tables in 16. */
const ENTRY_MAX = 127;
const SUM_MAX = 65_535;

/**
 * A question in the form in which the kernel estimates scores. `tables` has 16 entries for each 4 dimensions of a code.
 * The estimate of a position is `base + A · FACTOR_UNIT + B · (sum · step + shift)`, where A and B are its stored
 * factors and `sum` is the sum of the table entries that its code selects. It errs by at most `B · error`, which is 4
 * standard errors.
 */
export type Estimator = {
  readonly tables: Uint8Array;
  readonly base: number;
  readonly step: number;
  readonly shift: number;
  readonly error: number;
};

/**
 * Makes the estimator of a question. `rotated` is the question vector and `mean` the shard's mean, both rotated. The
 * tables have, for each 4 dimensions and each of their 16 combinations of signs, the sum of the values of question −
 * mean with these signs, in whole steps above the lowest such sum.
 */
export function makeEstimator(rotated: Float32Array, mean: Float32Array): Estimator {
  const width = rotated.length;
  const rest = rotated.map((value, at) => value - (mean[at] ?? 0));
  const reaches = sumReaches(rest);
  const entryMax = Math.min(ENTRY_MAX, Math.floor(SUM_MAX / reaches.length));
  const step = (2 * Math.max(...reaches)) / entryMax || 1;
  const root = Math.sqrt(width);
  const unit = FACTOR_UNIT / root;
  const rounding = (step * Math.sqrt(reaches.length)) / Math.sqrt(12);
  const length = Math.sqrt(dotProduct(rest, rest));
  return {
    tables: fillTables(rest, reaches, step),
    base: dotProduct(rotated, mean),
    step: step * unit,
    shift: -sumOf(reaches) * unit,
    error: STANDARD_ERRORS * unit * Math.hypot(ERROR * length, rounding),
  };
}

/**
 * Sums the absolute values of each 4 dimensions: the highest sum of values with signs that their table can have. The
 * lowest is minus this.
 */
function sumReaches(values: Float32Array): Float64Array {
  const reaches = new Float64Array(values.length / TABLE_DIMENSIONS);
  for (let at = 0; at < values.length; at++) {
    const table = Math.floor(at / TABLE_DIMENSIONS);
    reaches[table] = (reaches[table] ?? 0) + Math.abs(values[at] ?? 0);
  }
  return reaches;
}

function fillTables(values: Float32Array, reaches: Float64Array, step: number): Uint8Array {
  const tables = new Uint8Array(reaches.length * TABLE_ENTRIES);
  for (let table = 0; table < reaches.length; table++) {
    for (let signs = 0; signs < TABLE_ENTRIES; signs++) {
      let sum = reaches[table] ?? 0;
      for (let bit = 0; bit < TABLE_DIMENSIONS; bit++) {
        const value = values[table * TABLE_DIMENSIONS + bit] ?? 0;
        sum += (signs >> bit) & 1 ? value : -value;
      }
      tables[table * TABLE_ENTRIES + signs] = Math.round(sum / step);
    }
  }
  return tables;
}

function dotProduct(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
