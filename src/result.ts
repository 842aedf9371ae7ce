/**
 * The value of an operation, or its expected failure as `error`. It is plain data, so it can be sent by RPC or a queue
 * and stored as JSON; unexpected failures are thrown.
 */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** Makes a successful result. */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
/** Makes a failed result. */
export const err = <E>(error: E): Result<never, E> => ({ ok: false, error });
