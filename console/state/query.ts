import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { isMissing } from "../api/client.ts";
import { useRecovery } from "./recovery.ts";

/** Something that is read from the service: the last value, the last error, and the function that reads it again. */
export type Query<Value> = {
  readonly value: Value | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly reload: () => void;
};

/** Tests whether what was read before exists no more. */
export const isGone = ({ value, error }: Query<unknown>): boolean =>
  value !== undefined && isMissing(error);

/**
 * Reads a value when `key` changes, when asked to and, after an error that passes, when it may have passed. The
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
  useRecovery(error, reload);
  return { value, error, isLoading, reload };
}
