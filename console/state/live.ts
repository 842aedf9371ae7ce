import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import type { Call } from "../api/client.ts";
import type { Query } from "./query.ts";
import { type Answer, watch, type WatchedName } from "./watch.ts";

/**
 * Reads the answer of an operation, and follows its changes. Another `key` begins again; with null nothing is read. If
 * reading fails, the last value is shown besides the error.
 */
export function useLive<Name extends WatchedName>(
  key: string | null,
  name: Name,
  options: Call<Name>,
): Query<Answer<Name>> {
  type State = {
    readonly key: string | null;
    readonly value?: Answer<Name>;
    readonly error?: unknown;
  };
  const [state, setState] = useState<State>({ key });
  const [round, setRound] = useState(0);
  const latest = useRef(options);
  latest.current = options;
  useEffect(() => {
    if (key === null) return;
    const controller = new AbortController();
    void watch(name, latest.current, controller.signal, {
      onAnswer: (value) => setState({ key, value }),
      onError: (error) =>
        setState((last) => (last.key === key ? { ...last, error } : { key, error })),
    });
    return () => controller.abort();
  }, [key, round]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  const { value, error } = state.key === key ? state : { value: undefined, error: undefined };
  return { value, error, isLoading: value === undefined && error === undefined, reload };
}
