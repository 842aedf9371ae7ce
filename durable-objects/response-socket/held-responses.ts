import type { HeldResponses } from "../../src/conversation/socket/socket-client.ts";

/** Maximum number of responses that a socket holds, and of the characters of all of them. The oldest is let go. */
const HELD_MAX = 32;
const HELD_CHARS_MAX = 16 * 1024 * 1024;
/** Maximum characters of a value. They take a byte each, and a value of the storage has at most 2 MB. */
const PART_CHARS_MAX = 1_900_000;

/** An entry of the list of held responses, oldest first. */
type Entry = { readonly id: string; readonly chars: number; readonly parts: number };
const LIST = "held";

/**
 * The responses that a socket holds, in the storage of its object, so that they are there after the object slept. They
 * are erased with the socket.
 */
export class StoredHeldResponses implements HeldResponses {
  readonly #kv: SyncKvStorage;
  readonly #signal: AbortSignal;

  /** Keeps nothing after `signal` has fired, which comes with the erasure. */
  constructor(kv: SyncKvStorage, signal: AbortSignal) {
    this.#kv = kv;
    this.#signal = signal;
  }

  /** Finds the packed items of a response; null if it is not held. */
  find(id: string): string | null {
    const entry = this.#list().find((one) => one.id === id);
    return entry
      ? this.#partKeys(entry)
          .map((key) => this.#kv.get<string>(key) ?? "")
          .join("")
      : null;
  }

  /** Holds a response. The oldest ones are let go for it; one that is too large is not held. */
  keep(id: string, packed: string): void {
    if (this.#signal.aborted || packed.length > HELD_CHARS_MAX) return;
    const entry = { id, chars: packed.length, parts: Math.ceil(packed.length / PART_CHARS_MAX) };
    const list = [...this.#list().filter((one) => one.id !== id), entry];
    while (list.length > HELD_MAX || sumChars(list) > HELD_CHARS_MAX) this.#erase(list.shift());
    for (const [at, key] of this.#partKeys(entry).entries()) {
      this.#kv.put(key, packed.slice(at * PART_CHARS_MAX, (at + 1) * PART_CHARS_MAX));
    }
    this.#kv.put(LIST, list);
  }

  /** Lets a response go, if it is held. */
  forget(id: string): void {
    const list = this.#list();
    const entry = list.find((one) => one.id === id);
    if (!entry) return;
    this.#erase(entry);
    this.#kv.put(
      LIST,
      list.filter((one) => one !== entry),
    );
  }

  #list(): readonly Entry[] {
    return this.#kv.get<readonly Entry[]>(LIST) ?? [];
  }

  #erase(entry: Entry | undefined): void {
    if (entry) for (const key of this.#partKeys(entry)) this.#kv.delete(key);
  }

  #partKeys({ id, parts }: Entry): string[] {
    return Array.from({ length: parts }, (_none, at) => `${LIST}:${id}:${at}`);
  }
}

const sumChars = (list: readonly Entry[]) => list.reduce((sum, { chars }) => sum + chars, 0);
