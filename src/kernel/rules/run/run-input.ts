/** Maximum size of a run's input as JSON, in bytes. Upload larger data as files and pass their ids. */
export const RUN_INPUT_BYTES_MAX = 1_000_000;

/** Computes the size of a value as JSON in UTF-8, in bytes. `undefined` counts as null. */
export const jsonBytes = (value: unknown): number =>
  new TextEncoder().encode(JSON.stringify(value ?? null)).byteLength;
