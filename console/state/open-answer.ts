import { useEffect, useState } from "preact/hooks";

import type { OutputItem } from "../api/operations.ts";
import { followResponse } from "./follow-answer.ts";
import { newTurn, type Turn } from "./turn.ts";

const LEFT = "The page was left";

/**
 * Follows an answer while it is made, and returns its output so far. `onEnd` is called once it has ended, or cannot be
 * followed any more.
 */
export function useOpenAnswer(
  responseId: string,
  isOpen: boolean,
  onEnd: () => void,
): readonly OutputItem[] {
  const [output, setOutput] = useState<readonly OutputItem[]>([]);
  useEffect(() => {
    if (!isOpen) return;
    let isLeft = false;
    let turn: Turn = { ...newTurn(responseId, ""), responseId, state: "answering" };
    const followed = {
      read: () => (isLeft ? undefined : turn),
      change: (edit: (before: Turn) => Turn) => {
        if (isLeft) return;
        turn = edit(turn);
        setOutput(turn.output);
      },
      // The stream is closed with the first event after the page was left.
      noteEvent: () => (isLeft ? Promise.reject(new Error(LEFT)) : Promise.resolve()),
    };
    const end = () => {
      if (!isLeft) onEnd();
    };
    void followResponse(followed, responseId).then(end, end);
    return () => {
      isLeft = true;
    };
  }, [responseId, isOpen]);
  return output;
}
