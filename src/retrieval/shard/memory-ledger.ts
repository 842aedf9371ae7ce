/**
 * The parts of a shard's memory in the order in which they are given up: posting lists are read again in milliseconds,
 * rows of vectors have codes that take their place, and the rest is loaded again from storage.
 */
const MEMORY_PARTS = ["postings", "rows", "everything"] as const;
/** A part of a shard's memory that it can give up. */
export type MemoryPart = (typeof MEMORY_PARTS)[number];

/** A shard whose memory a `MemoryLedger` counts. */
export interface MemoryHolder {
  /** The id of the shard's object. An object that starts again takes the place of the one before. */
  readonly id: string;
  /** Bytes that the shard holds at the moment. */
  readonly heldBytes: number;
  /** Frees a part of the shard's memory. */
  giveUp(part: MemoryPart): void;
}

/**
 * Counts the memory of all shards of an isolate, and frees the memory of those that were used least recently when it is
 * too much: objects of one class share isolates of 128 MB, which a shard cannot see. It keeps no shard in memory. A shard
 * that the platform has evicted counts until it starts again, or until the garbage collector finds it.
 */
export class MemoryLedger {
  readonly #bytesMax: number;
  /** The shards by their ids, least recently used first. */
  readonly #used = new Map<string, WeakRef<MemoryHolder>>();

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Records that a shard was used, and frees memory of others, then of the shard itself, as long as it is too much. */
  noteUse(holder: MemoryHolder): void {
    this.#used.delete(holder.id);
    this.#used.set(holder.id, new WeakRef(holder));
    const holders = this.#list();
    let held = sumBytes(holders);
    for (const one of holders) {
      for (const part of MEMORY_PARTS) {
        // The shard in use would load itself again at its next question.
        if (held <= this.#bytesMax || (one === holder && part === "everything")) break;
        const before = one.heldBytes;
        one.giveUp(part);
        held += one.heldBytes - before;
      }
    }
  }

  /** Removes a shard that has dropped its memory. */
  forget(holder: MemoryHolder): void {
    if (this.#used.get(holder.id)?.deref() === holder) this.#used.delete(holder.id);
  }

  /** Returns how many bytes a shard may hold while the others keep theirs. */
  roomFor(holder: MemoryHolder): number {
    return this.#bytesMax - sumBytes(this.#list().filter(({ id }) => id !== holder.id));
  }

  #list(): MemoryHolder[] {
    const holders: MemoryHolder[] = [];
    for (const [id, ref] of this.#used) {
      const holder = ref.deref();
      if (holder) holders.push(holder);
      else this.#used.delete(id);
    }
    return holders;
  }
}

const sumBytes = (holders: readonly MemoryHolder[]) =>
  holders.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
