/**
 * The outcome of an operation: its value, or its expected failure as `error`. It is plain data, so it can be sent by
 * RPC or a queue and stored as JSON. Unexpected failures are thrown.
 */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** Makes the result of an operation that succeeded. */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
/** Makes the result of an operation that failed as expected. */
export const err = <E>(error: E): Result<never, E> => ({ ok: false, error });
