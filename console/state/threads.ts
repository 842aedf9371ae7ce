import { signal } from "@preact/signals";

import { call } from "../api/client.ts";
import { keepUnsent } from "./drafts.ts";
import { projectId } from "./session.ts";
import { Thread } from "./thread.ts";
import { itemsUntil, readItems } from "./turn.ts";

const threads = new Map<string, Thread>();

/**
 * A conversation that this page has created. The screen shows it until the service's list, which lags some seconds,
 * contains it.
 */
type CreatedThread = {
  readonly id: string;
  readonly title: string;
  readonly created_at: number;
  readonly project: string | null;
};
/** The conversations that this page has created, newest first. */
export const createdThreads = signal<readonly CreatedThread[]>([]);

/** Returns the thread of a conversation. Its turns are read by the screen that watches it. */
export function openThread(id: string): Thread {
  const known = threads.get(id);
  if (known) return known;
  const thread = new Thread(id);
  threads.set(id, thread);
  return thread;
}

/** Creates a conversation and returns its empty thread. `title` is cut to 200 characters. */
export async function createThread(title: string): Promise<Thread> {
  const metadata = { title: title.slice(0, 200) };
  const { id, created_at } = await call("POST /v1/conversations", { body: { metadata } });
  createdThreads.value = [
    { id, title, created_at, project: projectId.value },
    ...createdThreads.value,
  ];
  const thread = new Thread(id);
  threads.set(id, thread);
  return thread;
}

/** Forgets the thread of a conversation that was deleted. */
export function forgetThread(id: string): void {
  threads.delete(id);
  keepUnsent(id, []);
  createdThreads.value = createdThreads.value.filter((thread) => thread.id !== id);
}

/** Creates a conversation with the first `count` turns of a thread. Returns the id of the new conversation. */
export async function forkThread({ id, turns }: Thread, count: number): Promise<string> {
  const kept = itemsUntil(turns.value.slice(0, count), await readItems(id));
  const { id: fork } = await call("POST /v1/conversations", {
    body: { metadata: { forked_from: id } },
  });
  const path = { conversation_id: fork };
  for (let from = 0; from < kept.length; from += 20) {
    const some = kept
      .slice(from, from + 20)
      .map((item) => ({ type: "item_reference" as const, id: item.id }));
    await call("POST /v1/conversations/{conversation_id}/items", { path, body: { items: some } });
  }
  return fork;
}
