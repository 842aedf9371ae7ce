import { useCallback, useEffect, useRef, useState } from "preact/hooks";

/** Something that is read from the service: the last value, the last error, and the function that reads it again. */
export type Query<Value> = {
  readonly value: Value | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly reload: () => void;
};

/** Options of a query: the milliseconds after which it is read again, if it changes by itself; null if it does not. */
export type QueryOptions<Value> = {
  readonly refreshMs?: (value: Value | undefined) => number | null;
};

/**
 * Reads a value when `key` changes, and again when asked to. The value before is shown until the new one is there, and
 * also if reading fails; that of another key is not. While the page is hidden nothing is read again.
 */
export function useQuery<Value>(
  key: string,
  read: (signal: AbortSignal) => Promise<Value>,
  { refreshMs }: QueryOptions<Value> = {},
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
  const value = state.key === key ? state.value : undefined;
  useRefresh(isLoading ? null : (refreshMs?.(value) ?? null), reload, round);
  return { value, error: state.key === key ? state.error : undefined, isLoading, reload };
}

function useRefresh(delayMs: number | null, reload: () => void, round: number): void {
  useEffect(() => {
    if (delayMs === null) return;
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, delayMs);
    return () => clearInterval(timer);
  }, [delayMs, round]);
}
