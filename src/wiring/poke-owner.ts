import { readConversationKey } from "../ids.ts";
import { type IndexedWork, postponeWork } from "../platform/databases/open-work-catalog.ts";
import {
  addressConversation,
  addressRun,
  addressSchedule,
  addressVectorStore,
  withFreshStub,
} from "../platform/objects.ts";
import type { OpenWork } from "../workflow/open-work/open-work.ts";

/**
 * Calls the Durable Object that owns open work: it restores a lost alarm and goes on. Moves the work's turn in the index
 * to the time that the owner names. Returns false if the work has ended, or its owner does not exist.
 */
export async function pokeOwner(env: Env, work: OpenWork): Promise<boolean> {
  const { scope } = work;
  // The objects of runs and schedules write the rows of their lists themselves.
  if (work.kind === "run") {
    return await withFreshStub(
      () => addressRun(env, scope, work.id),
      (run) => run.poke(),
    );
  }
  if (work.kind === "schedule") {
    return await withFreshStub(
      () => addressSchedule(env, scope, work.id),
      (schedule) => schedule.poke(),
    );
  }
  const next = await askOwner(env, work);
  if (next !== null) await postponeWork(env.CATALOG, [work], next);
  return next !== null;
}

async function askOwner(env: Env, work: IndexedWork) {
  const { scope } = work;
  switch (work.kind) {
    case "response":
      return await withFreshStub(
        () => addressConversation(env, scope, readConversationKey(work.id)),
        (conversation) => conversation.poke(work.id),
      );
    case "store":
      return await withFreshStub(
        () => addressVectorStore(env, scope, work.id),
        (store) => store.poke(),
      );
  }
}
