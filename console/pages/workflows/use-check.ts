import { useEffect, useRef, useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import type { CheckWorkflowRequest, WorkflowCheck } from "../../api/operations.ts";
import { useRecovery } from "../../state/recovery.ts";

/** Pause after the last key before the service checks the workflow, in milliseconds. */
const TYPING_MS = 350;

/**
 * Checks the workflow in the editor by the service, after a pause in typing. Until the next result arrives, returns the
 * last one, marked as outdated. `body` is null if there is nothing to check.
 */
export function useCheck(name: string, body: Readonly<Record<string, unknown>> | null) {
  const [state, setState] = useState<{ text?: string; value?: WorkflowCheck; error?: unknown }>({});
  const text = body === null ? null : JSON.stringify({ ...body, ...(isName(name) && { name }) });
  const isFirst = useRef(true);
  const [round, setRound] = useState(0);
  useRecovery(state.error, () => setRound((count) => count + 1));
  useEffect(() => {
    if (text === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(
      () => {
        const sent: CheckWorkflowRequest = JSON.parse(text);
        call("POST /v1/workflows/check", { body: sent, signal }).then(
          (value) => !signal.aborted && setState({ text, value }),
          (error: unknown) => !signal.aborted && setState({ text, error }),
        );
      },
      isFirst.current ? 0 : TYPING_MS,
    );
    isFirst.current = false;
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, round]);
  return { ...state, isCurrent: state.text === text };
}

const isName = (text: string) => /^[A-Za-z][\w-]{0,63}$/.test(text);
