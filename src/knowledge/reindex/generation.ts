import { type Chunking, CHUNKING_AUTO, isSameChunking } from "../chunking.ts";

/** The settings of an index generation. A vector store's index is built with one set of them. */
export type GenerationSettings = {
  readonly embeddingModel: string;
  /** The version of the analyzer that makes the index terms. */
  readonly analyzer: number;
  /** The sizes of chunks that `auto` stands for in this generation. */
  readonly chunking: Chunking;
};

/**
 * Returns the chunking of a file in a generation. A file that was attached with `auto` gets the generation's; one with
 * sizes of its own keeps them.
 */
export function chooseChunking(own: Chunking, { chunking }: GenerationSettings): Chunking {
  return isSameChunking(own, CHUNKING_AUTO) ? chunking : own;
}

/** Tests whether two generations are built in the same way. */
export function isSameGeneration(one: GenerationSettings, other: GenerationSettings): boolean {
  return (
    one.embeddingModel === other.embeddingModel &&
    one.analyzer === other.analyzer &&
    isSameChunking(one.chunking, other.chunking)
  );
}

/**
 * Returns the number of a new generation: above `last`, the highest that the store has ever used, and odd where
 * `serving` is even. A file's row has one place for odd generations and one for even ones.
 */
export function numberGeneration(serving: number, last: number): number {
  const next = last + 1;
  return next % 2 === serving % 2 ? next + 1 : next;
}
