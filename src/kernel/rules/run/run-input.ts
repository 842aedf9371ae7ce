/** Maximum size of a run's input as JSON, in bytes. Larger data is uploaded as files and referenced by id. */
export const RUN_INPUT_BYTES_MAX = 1_000_000;

/** Size of a value as JSON in UTF-8, in bytes; `undefined` counts as null. */
export const jsonBytes = (value: unknown): number =>
  new TextEncoder().encode(JSON.stringify(value ?? null)).byteLength;
