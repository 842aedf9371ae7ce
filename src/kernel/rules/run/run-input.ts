/** Maximum bytes of a run's input as JSON. Larger data is uploaded as files, and the input has the files' ids. */
export const RUN_INPUT_BYTES_MAX = 1_000_000;
