import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { useRecovery } from "./recovery.ts";
import type { Page } from "./splice-page.ts";

/** A list that is read page by page, as far as it is looked at. */
export type Pages<Item> = {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly error: unknown;
  /** Reads the next page, unless one is being read. */
  readonly more: () => void;
  /** Reads the list again from its beginning; the old items are shown until then. */
  readonly reload: () => void;
  /** Changes the items that are shown, for what the page knows before the list is read again. */
  readonly change: (edit: (items: readonly Item[]) => readonly Item[]) => void;
  /** Reports the first item that is seen or nearly so, for lists that are live. */
  readonly look?: (first: number) => void;
};

type State<Item> = {
  readonly key: string;
  readonly items: readonly Item[];
  readonly after: string | undefined;
  readonly hasMore: boolean;
};

/** Reads a list by its pages. Another `key`, such as another filter, begins again. */
export function usePages<Item>(
  key: string,
  read: (after: string | undefined, signal: AbortSignal) => Promise<Page<Item>>,
): Pages<Item> {
  const empty: State<Item> = { key, items: [], after: undefined, hasMore: true };
  const [state, setState] = useState(empty);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<unknown>(undefined);
  const latest = useRef({ read, isReading: null as AbortController | null });
  latest.current.read = read;
  const load = useCallback(
    async (from: State<Item>) => {
      latest.current.isReading?.abort();
      const controller = new AbortController();
      latest.current.isReading = controller;
      setLoading(true);
      try {
        const { data, last_id, has_more } = await latest.current.read(
          from.after,
          controller.signal,
        );
        if (controller.signal.aborted) return;
        const after = last_id ?? undefined;
        setState({ key, items: [...from.items, ...data], after, hasMore: has_more });
        setError(undefined);
      } catch (thrown) {
        if (controller.signal.aborted) return;
        setError(thrown);
      }
      latest.current.isReading = null;
      setLoading(false);
    },
    [key],
  );
  useEffect(() => {
    void load(empty);
    return () => latest.current.isReading?.abort();
  }, [key]);
  const shown = state.key === key ? state : empty;
  useRecovery(error, () => void load(shown));
  return {
    items: shown.items,
    hasMore: shown.hasMore,
    isLoading,
    error,
    more: () => {
      if (!latest.current.isReading && shown.hasMore && !error) void load(shown);
    },
    reload: () => void load(empty),
    change: (edit) => setState((last) => ({ ...last, items: edit(last.items) })),
  };
}
