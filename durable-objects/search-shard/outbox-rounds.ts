import { logger } from "../../src/platform/logger.ts";
import { addressVectorWriter, withFreshStub } from "../../src/platform/objects.ts";
import type { ShardOutbox } from "./shard-outbox.ts";

/** Pause before chunks that an index should not have are deleted from it, in milliseconds. */
const STRAYS_MS = 60_000;
/** Pause before the next call of a writer that did not answer, in milliseconds. */
const AGAIN_MS = 30_000;

/**
 * The work for the vector indexes of a shard that no call waits for: calling their writers, and deleting entries that
 * are done.
 */
export class OutboxRounds {
  readonly #env: Pick<Env, "VECTOR_WRITERS">;
  readonly #storage: DurableObjectStorage;
  readonly #outbox: ShardOutbox;
  #notBefore = 0;

  constructor(
    env: Pick<Env, "VECTOR_WRITERS">,
    storage: DurableObjectStorage,
    outbox: ShardOutbox,
  ) {
    this.#env = env;
    this.#storage = storage;
    this.#outbox = outbox;
  }

  /** Returns when there is something to do, in milliseconds since the epoch; null if never. */
  nextDue(now: number): number | null {
    const due = Math.min(
      this.#outbox.nextDue() ?? Infinity,
      this.#outbox.hasStrays ? now + STRAYS_MS : Infinity,
      this.#outbox.unannounced() === null ? Infinity : Math.max(now, this.#notBefore),
    );
    return Number.isFinite(due) ? due : null;
  }

  /** Does the work that is due. Never rejects: a writer that does not answer is called again later. */
  async go(): Promise<void> {
    const now = Date.now();
    this.#storage.transactionSync(() => {
      this.#outbox.tidy(now);
      this.#outbox.sweepStrays();
    });
    const open = this.#outbox.unannounced();
    if (open === null || this.#notBefore > now) return;
    const { nextSeq } = this.#outbox;
    try {
      for (const index of open.indexes) {
        await withFreshStub(
          () => addressVectorWriter(this.#env, index),
          (writer) => writer.announce(index, open.source),
        );
      }
      this.#storage.transactionSync(() => this.#outbox.announced(nextSeq));
    } catch (error) {
      const { storeId, shard } = open.source;
      logger.warn("vectors.writer.away", { storeId, shard }, error);
      this.#notBefore = Date.now() + AGAIN_MS;
    }
  }
}
