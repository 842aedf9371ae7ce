/** The value or the expected failure of an operation, as plain data: it survives RPC, a queue and a JSON column. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** Makes a successful result. */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
/** Makes a failed result. */
export const err = <E>(error: E): Result<never, E> => ({ ok: false, error });
