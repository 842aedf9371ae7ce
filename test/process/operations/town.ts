import OpenAI, { toFile } from "openai";
import { vi } from "vitest";

import type { Service } from "../../../scripts/local/service.ts";

/** The texts of the files, by topic. */
export const TEXTS = {
  harbour: "The harbour opens at six in the morning.",
  library: "The library lends atlases for two weeks.",
  pilot: "The pilot is ordered by radio on channel 12.",
} as const;
/** A topic of `TEXTS`. */
export type Topic = keyof typeof TEXTS;

const PATIENCE = { timeout: 30_000, interval: 50 };

/** A client of a service with one vector store, which counts the answers that are failures of the service. */
export class Town {
  readonly client: OpenAI;
  readonly url: string;
  failures = 0;
  storeId = "";

  constructor(service: Service, storeId = "") {
    this.storeId = storeId;
    this.url = `${service.url}/v1`;
    this.client = new OpenAI({
      baseURL: this.url,
      apiKey: service.secrets.apiKey,
      maxRetries: 0,
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (response.status >= 500) this.failures++;
        return response;
      },
    });
  }

  /** Uploads and attaches the file of a topic. Returns its id. */
  async add(topic: Topic): Promise<string> {
    const id = await this.upload(`${topic}.txt`, TEXTS[topic]);
    await this.client.vectorStores.files.create(this.storeId, { file_id: id });
    await this.settled();
    return id;
  }

  async upload(filename: string, text: string): Promise<string> {
    const file = await toFile(new TextEncoder().encode(text), filename);
    return (await this.client.files.create({ file, purpose: "assistants" })).id;
  }

  /** Waits until no file is in progress, and returns the numbers of files by status. */
  async settled() {
    return await vi.waitUntil(async () => {
      const { file_counts: counts } = await this.client.vectorStores.retrieve(this.storeId);
      return counts.in_progress === 0 && counts;
    }, PATIENCE);
  }

  /** Lists the topics whose file a search for them finds. */
  async found(): Promise<string[]> {
    const names = await Promise.all(
      Object.entries(TEXTS).map(async ([topic, query]) => {
        const { data } = await this.client.vectorStores.search(this.storeId, { query });
        return data.some(({ filename }) => filename === `${topic}.txt`) ? [topic] : [];
      }),
    );
    return names.flat();
  }

  /** Lists the names of the uploaded files that have a topic. */
  async listed(): Promise<string[]> {
    const { data } = await this.client.files.list({ order: "asc" });
    return data
      .flatMap(({ filename }) => filename.replace(".txt", ""))
      .filter((name) => name in TEXTS);
  }

  /** Returns the content of a file, or the status and message of the refusal. */
  async content(fileId: string): Promise<string> {
    try {
      return await (await this.client.files.content(fileId)).text();
    } catch (error) {
      if (!(error instanceof OpenAI.APIError)) throw error;
      return `${error.status}: ${error.message}`;
    }
  }
}
