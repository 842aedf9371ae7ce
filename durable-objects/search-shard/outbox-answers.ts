import { isMigrated } from "../../src/kernel/rows/migrate.ts";
import {
  type ComparedVectors,
  type FoundVectors,
  NO_VECTORS,
  type OutgoingEntry,
  type OutgoingVectors,
  type VectorOutbox,
} from "../../src/retrieval/vectorize/outgoing.ts";
import type { VectorIndexNumber } from "../../src/retrieval/vectorize/placement.ts";
import type { LoadedShard } from "./loaded-shard.ts";
import type { OpenShard } from "./open-shard.ts";

/** The object of a search shard, as its answers to writers need it. */
type OutboxHost = {
  readonly isOpen: () => boolean;
  readonly isErased: () => boolean;
  readonly change: <Value>(change: (shard: LoadedShard) => Value) => Value;
  readonly arm: () => void;
};

/** Answers the writers of vector indexes, also for a shard that is erased but for what they have to delete. */
export class OutboxAnswers implements VectorOutbox {
  readonly #shard: OpenShard;
  readonly #host: OutboxHost;

  constructor(shard: OpenShard, host: OutboxHost) {
    this.#shard = shard;
    this.#host = host;
  }

  /** Lists the changes for a vector index behind the one with the number `after`. */
  listOutgoing(index: VectorIndexNumber, after: number): OutgoingEntry[] {
    return this.#hasTables() ? this.#shard.outbox.list(index, after) : [];
  }

  /** Reads the vectors of changes. */
  readOutgoing(seqs: readonly number[]): OutgoingVectors {
    if (this.#host.isOpen()) return this.#shard.readOutgoing(seqs);
    const isLeft = this.#host.isErased() && this.#hasTables();
    return isLeft ? this.#shard.outbox.read(seqs, 0) : NO_VECTORS;
  }

  /** Notes that a vector index has changes. */
  confirmOutgoing(seqs: readonly number[]): void {
    const { storage, outbox } = this.#shard;
    if (!this.#hasTables()) return;
    storage.transactionSync(() => outbox.confirm(seqs, Date.now()));
    this.#host.arm();
  }

  /** Compares what a vector index has with the shard. A shard that is erased wants nothing there. */
  compareOutgoing(index: VectorIndexNumber, found: FoundVectors): ComparedVectors {
    const { outbox } = this.#shard;
    if (this.#host.isOpen()) {
      return this.#host.change(({ dimensions }) => outbox.compare(index, found, dimensions));
    }
    if (!this.#hasTables()) return { strays: found.numbers, amended: 0 };
    return outbox.compare(index, found, 0);
  }

  /** Counts the vectors that a vector index has of the shard, as far as it has not confirmed that they are deleted. */
  countIndexed(): number {
    if (!this.#hasTables()) return 0;
    return this.#shard.outbox.countIndexed(this.#host.isOpen());
  }

  #hasTables(): boolean {
    return isMigrated(this.#shard.storage);
  }
}
