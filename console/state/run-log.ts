import { useEffect, useRef, useState } from "preact/hooks";

import { call } from "../api/client.ts";
import type { WorkflowRunEvent } from "../api/operations.ts";
import { useRecovery } from "./recovery.ts";

/** The log of a run as far as it is read: from its beginning, page by page, as somebody looks at it. */
export type RunLog = {
  readonly pages: readonly (readonly WorkflowRunEvent[])[];
  /** Number of the events that are read. */
  readonly count: number;
  readonly hasMore: boolean;
  readonly error: unknown;
  /** Reads the next page, unless one is being read. After an error it is tried again. */
  readonly more: () => void;
};

type State = {
  readonly pages: RunLog["pages"];
  /** Number of the last event that is read. */
  readonly last: number;
  /** True unless the last page was the end of the log. */
  readonly hasMore: boolean;
  /** Number of the last event that the run had when the end of the log was read. */
  readonly end: number;
  readonly error: unknown;
};

const PAGE_SIZE = 100;
const NOTHING: State = { pages: [], last: 0, hasMore: true, end: 0, error: undefined };

/**
 * Reads the log of a run, which must stay the same one. `event` is the number of its last event as far as it is known: a
 * greater one says that there is more to read.
 */
export function useRunLog(runId: string, event = 0): RunLog {
  const [state, setState] = useState(NOTHING);
  // The next page is read after the last one that has come, even if that one is not drawn yet.
  const latest = useRef({ state: NOTHING, reading: null as AbortController | null });
  useEffect(() => () => latest.current.reading?.abort(), []);
  const edit = (change: (before: State) => State) => {
    latest.current.state = change(latest.current.state);
    setState(latest.current.state);
  };
  const more = async () => {
    if (latest.current.reading) return;
    const controller = new AbortController();
    latest.current.reading = controller;
    const { signal } = controller;
    try {
      const query = { after: latest.current.state.last, limit: PAGE_SIZE };
      const path = { run_id: runId };
      const page = await call("GET /v1/runs/{run_id}/events", { path, query, signal });
      if (!signal.aborted) edit((before) => addPage(before, page.data, page.has_more, event));
    } catch (error) {
      if (!signal.aborted) edit((before) => ({ ...before, error }));
    }
    latest.current.reading = null;
  };
  useRecovery(state.error, () => void more());
  return {
    pages: state.pages,
    count: state.pages.reduce((sum, page) => sum + page.length, 0),
    hasMore: state.hasMore || event > Math.max(state.last, state.end),
    error: state.error,
    more: () => void more(),
  };
}

function addPage(
  { pages, last }: State,
  added: readonly WorkflowRunEvent[],
  hasMore: boolean,
  end: number,
): State {
  return {
    pages: added.length === 0 ? pages : [...pages, added],
    last: added.at(-1)?.sequence_number ?? last,
    hasMore: hasMore && added.length > 0,
    end,
    error: undefined,
  };
}

/** Reads a log to its end, and follows what is added to it. After an error it waits until it is asked for more. */
export function useWholeLog(log: RunLog): void {
  const { hasMore, count, error } = log;
  useEffect(() => {
    if (hasMore && error === undefined) log.more();
  }, [hasMore, count, error]);
}
