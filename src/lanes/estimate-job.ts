/** Bytes of text, as JSON, for each token of a model. */
const BYTES_PER_TOKEN = 4;
/** Tokens of an answer that may be of any length. */
const OUTPUT_TOKENS = 500;

/**
 * Estimates the tokens that a model reads and writes for a job: the input by its bytes as JSON, and an answer of usual
 * length, or of `outputMax` tokens if it may not be longer.
 */
export const estimateJob = (inputBytes: number, outputMax: number | null): number =>
  Math.ceil(inputBytes / BYTES_PER_TOKEN) + Math.min(OUTPUT_TOKENS, outputMax ?? OUTPUT_TOKENS);
