import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { vi } from "vitest";

import type { IngestMessage } from "../../../src/ingest/ingest-types.ts";
import type { createStore } from "./store.ts";

type Store = Awaited<ReturnType<typeof createStore>>;

/** Ends all leases, as if their consumers had died, and returns the messages that are sent then. */
export async function loseConsumers(
  { store, messages }: Store,
  count: number,
): Promise<IngestMessage[]> {
  const before = (await messages(0)).length;
  const makeDue = async (phases: string) =>
    await runInDurableObject(store, (_object, { storage }) => {
      storage.sql.exec(
        `UPDATE kernel_step SET due = 1 WHERE due IS NOT NULL AND phase IN (${phases})`,
      );
    });
  // Once: a second time would end the lease of a message that is on its way.
  await makeDue("'claimed', 'held'");
  return await vi.waitUntil(async () => {
    await runDurableObjectAlarm(store);
    await makeDue("'ready'");
    const sent = (await messages(0)).slice(before);
    return sent.length >= count && sent;
  });
}
