/** Maximum size of a run's input as JSON, in bytes. Upload larger data as files and pass their ids. */
export const RUN_INPUT_BYTES_MAX = 1_000_000;
