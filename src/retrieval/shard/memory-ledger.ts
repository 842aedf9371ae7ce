/**
 * The parts of a shard's memory, in the order in which they are freed. Posting lists are read again in milliseconds;
 * int8 rows can be replaced by codes; everything else is loaded again from storage.
 */
const MEMORY_PARTS = ["postings", "rows", "everything"] as const;
/** A part of a shard's memory that can be freed on its own. */
export type MemoryPart = (typeof MEMORY_PARTS)[number];

/** A shard whose memory a `MemoryLedger` counts. */
export interface MemoryHolder {
  /** The id of the shard's object. A restarted object replaces the entry of its predecessor. */
  readonly id: string;
  /** Number of bytes that the shard holds now. */
  readonly heldBytes: number;
  /** Frees a part of the shard's memory. */
  giveUp(part: MemoryPart): void;
}

/**
 * Counts the memory of all search shards in an isolate. If it exceeds `bytesMax`, frees memory of the shards that were
 * used least recently. Objects of one class share isolates of 128 MB and cannot see each other. The ledger has only
 * weak references: a shard that the platform has evicted counts until it starts again or the garbage collector removes
 * it.
 */
export class MemoryLedger {
  readonly #bytesMax: number;
  /** The shards by their ids, least recently used first. */
  readonly #used = new Map<string, WeakRef<MemoryHolder>>();

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Records that a shard was used. If the memory exceeds the limit, frees memory of the other shards, least recently
   * used first, and last of the shard itself.
   */
  noteUse(holder: MemoryHolder): void {
    this.#used.delete(holder.id);
    this.#used.set(holder.id, new WeakRef(holder));
    const holders = this.#list();
    let held = sumBytes(holders);
    for (const one of holders) {
      for (const part of MEMORY_PARTS) {
        // Freeing everything of the shard in use would not help: its next search would load it again.
        if (held <= this.#bytesMax || (one === holder && part === "everything")) break;
        const before = one.heldBytes;
        one.giveUp(part);
        held += one.heldBytes - before;
      }
    }
  }

  /** Removes a shard that has freed its own memory. */
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
