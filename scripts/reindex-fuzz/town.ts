import { NotFoundError, toFile, type OpenAI } from "openai";

import { concurrently } from "../client/concurrently.ts";
import { persist } from "../kill-fuzz/persist.ts";

const CLIENTS = 8;
const FILES_A_BATCH = 50;
/** Files from which on the store is asked how many are in progress, and not each file. */
const MANY = 100;

/** A file of the fuzz. `part` is a word that only this file has. */
export type TownFile = { readonly fileId: string; readonly part: string; readonly text: string };

const once = (key: string) => ({ headers: { "Idempotency-Key": key } });

/**
 * The files of one vector store as its clients know them. A file is `alive` from the moment at which it was seen
 * completed until its deletion is requested, and `gone` once that is acknowledged.
 */
export class Town {
  readonly alive = new Map<string, TownFile>();
  readonly gone = new Map<string, TownFile>();
  readonly client: OpenAI;
  readonly storeId: string;
  #next = 0;

  constructor(client: OpenAI, storeId: string) {
    this.client = client;
    this.storeId = storeId;
  }

  /** Uploads and attaches `count` files, and waits until they are indexed. */
  async add(count: number): Promise<void> {
    const first = this.#next;
    this.#next += count;
    const numbers = Array.from({ length: count }, (_, at) => first + at);
    const files = await concurrently(numbers, CLIENTS, (number) => this.#upload(number));
    for (let at = 0; at < files.length; at += FILES_A_BATCH) {
      const ids = files.slice(at, at + FILES_A_BATCH).map(({ fileId }) => fileId);
      const key = once(`batch ${ids[0]}`);
      await persist(() =>
        this.client.vectorStores.fileBatches.create(this.storeId, { file_ids: ids }, key),
      );
    }
    if (count >= MANY) await this.#untilAllCompleted();
    await concurrently(files, CLIENTS, async (file) => {
      if (count < MANY) await this.#untilCompleted(file.fileId);
      this.alive.set(file.fileId, file);
    });
  }

  /** Deletes a file that is alive, by chance; nothing if there is none. */
  async remove(): Promise<void> {
    const file = this.pick();
    if (!file) return;
    this.alive.delete(file.fileId);
    await persist(async () => {
      try {
        await this.client.files.delete(file.fileId);
      } catch (error) {
        // After a lost acknowledgement, the file may be gone already.
        if (!(error instanceof NotFoundError)) throw error;
      }
    });
    this.gone.set(file.fileId, file);
  }

  /** Returns a file that is alive, by chance. */
  pick(): TownFile | undefined {
    const files = [...this.alive.values()];
    return files[Math.floor(Math.random() * files.length)];
  }

  async #upload(number: number): Promise<TownFile> {
    const part = `qx${number}z`;
    const text = describePart(part);
    const fileId = await persist(async () => {
      const file = await toFile(Buffer.from(text), `${part}.txt`);
      const sent = { file, purpose: "assistants" as const };
      return (await this.client.files.create(sent, once(`file ${number}`))).id;
    });
    return { fileId, part, text };
  }

  async #untilAllCompleted(): Promise<void> {
    for (;;) {
      const store = await persist(() => this.client.vectorStores.retrieve(this.storeId));
      const { in_progress: left, completed, total } = store.file_counts;
      if (left === 0 && completed < total) throw new Error(`${total - completed} files failed`);
      if (left === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  async #untilCompleted(fileId: string): Promise<void> {
    for (;;) {
      const { status } = await persist(() =>
        this.client.vectorStores.files.retrieve(fileId, { vector_store_id: this.storeId }),
      );
      if (status === "completed") return;
      if (status !== "in_progress") throw new Error(`${fileId} is ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Makes the text of a file: one chunk of 400 tokens, and several of 100. */
const describePart = (part: string) =>
  Array.from(
    { length: 12 },
    (_, at) =>
      `Line ${at} about the part ${part}: the torque of ${part} is ${at + 10} newton metres.`,
  ).join("\n\n");
