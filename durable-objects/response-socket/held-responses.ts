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
 * The responses with `store: false` that a WebSocket keeps so that its client can continue them. They are in the
 * storage of the socket's Durable Object, since the object sleeps between messages, and are erased with the socket.
 */
export class StoredHeldResponses implements HeldResponses {
  readonly #kv: SyncKvStorage;
  readonly #signal: AbortSignal;

  /** Keeps nothing after `signal` has fired, which comes with the erasure. */
  constructor(kv: SyncKvStorage, signal: AbortSignal) {
    this.#kv = kv;
    this.#signal = signal;
  }

  /** Finds the items of a response as the packed text that `keep` stored; null if the response is not kept. */
  find(id: string): string | null {
    const entry = this.#list().find((one) => one.id === id);
    return entry
      ? this.#partKeys(entry)
          .map((key) => this.#kv.get<string>(key) ?? "")
          .join("")
      : null;
  }

  /**
   * Keeps a response with its packed items. Removes the oldest kept responses to make room; does not keep a response
   * that is too large.
   */
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

  /** Removes a response, if it is kept. */
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
