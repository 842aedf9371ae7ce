import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "../api/client.ts";
import { isExpired } from "./session.ts";

/** Something that is read from the service: the last value, the last error, and the function that reads it again. */
export type Query<Value> = {
  readonly value: Value | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly reload: () => void;
};

/**
 * Reads a value when `key` changes, when somebody has signed in after the session had ended, and when asked to. The
 * value before is shown until the new one is there, and also if reading fails; that of another key is not.
 */
export function useQuery<Value>(
  key: string,
  read: (signal: AbortSignal) => Promise<Value>,
): Query<Value> {
  const [state, setState] = useState<{ key: string; value?: Value; error?: unknown }>({ key: "" });
  const [round, setRound] = useState(0);
  const [isLoading, setLoading] = useState(true);
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    setLoading(true);
    latest.current(signal).then(
      (value) => !signal.aborted && finish({ key, value }),
      (error: unknown) => !signal.aborted && finish({ key, error }),
    );
    const finish = (next: { key: string; value?: Value; error?: unknown }) => {
      setLoading(false);
      setState((last) => (last.key === key && "error" in next ? { ...last, ...next } : next));
    };
    return () => controller.abort();
  }, [key, round]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  const { value, error } = state.key === key ? state : { value: undefined, error: undefined };
  useAfterSignIn(error, reload);
  return { value, error, isLoading, reload };
}

/** Calls `again` once somebody has signed in, if `error` says that the session has ended. */
export function useAfterSignIn(error: unknown, again: () => void): void {
  const isEnded = error instanceof ApiError && error.status === 401;
  const isOver = isExpired.value;
  useEffect(() => {
    if (isEnded && !isOver) again();
  }, [isOver]);
}
