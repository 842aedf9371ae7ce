import { quantize } from "../../src/retrieval/quantize.ts";

const TOPICS = 1_000;
const DIRECTIONS = 30;

/**
 * Returns a function that draws vectors of a noisy mixture, the same ones in every run: around 1,000 centres, in 30
 * directions that all topics share, with noise in every dimension.
 */
export function drawVectors(dimensions: number): () => Float32Array {
  const normal = seededNormals(12_345);
  const centres = fill(TOPICS * dimensions, normal);
  const directions = fill(DIRECTIONS * dimensions, () => normal() / 5.5);
  return () => {
    const topic = Math.floor(Math.abs(normal()) * 1e6) % TOPICS;
    const vector = centres.slice(topic * dimensions, (topic + 1) * dimensions);
    for (let direction = 0; direction < DIRECTIONS; direction++) {
      const weight = normal();
      const from = direction * dimensions;
      for (let at = 0; at < dimensions; at++) {
        vector[at] = (vector[at] ?? 0) + weight * (directions[from + at] ?? 0);
      }
    }
    return vector.map((value) => value + 0.3 * normal());
  };
}

/** Draws vectors and quantizes them, one after the other. */
export function drawRows(draw: () => Float32Array, count: number, dimensions: number): Int8Array {
  const rows = new Int8Array(count * dimensions);
  for (let index = 0; index < count; index++) rows.set(quantize(draw()), index * dimensions);
  return rows;
}

function fill(length: number, draw: () => number): Float32Array {
  const values = new Float32Array(length);
  for (let at = 0; at < length; at++) values[at] = draw();
  return values;
}

/** Random numbers with mean 0 and variance 1, nearly normal: sums of four, scaled. */
function seededNormals(seed: number): () => number {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
  return () => (next() + next() + next() + next() - 2) * Math.sqrt(3);
}
