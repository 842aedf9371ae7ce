import { useEffect } from "preact/hooks";

import type { Thread } from "./thread.ts";
import { watch } from "./watch.ts";

/**
 * Watches the version of a conversation that is open, so that what is asked or changed elsewhere appears. While an answer
 * is followed there is no second stream, since a browser has few connections; what has changed meanwhile is seen after it.
 */
export function useWatchedThread(thread: Thread): void {
  const isFollowing = thread.isFollowing.value;
  useEffect(() => {
    if (isFollowing) return;
    const controller = new AbortController();
    const path = { conversation_id: thread.id };
    void watch("GET /v1/conversations/{conversation_id}", { path }, controller.signal, {
      onAnswer: ({ version }) => thread.show(version),
      onError: (error) => thread.noteError(error),
    });
    return () => controller.abort();
  }, [thread, isFollowing]);
}
