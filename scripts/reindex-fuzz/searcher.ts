import { APIError, type OpenAI } from "openai";

import { persist } from "../kill-fuzz/persist.ts";
import type { Town, TownFile } from "./town.ts";

/** The generation that a passage is of: the old one has one chunk for each file, the new one several. */
type Age = "old" | "new";
type Hit = OpenAI.VectorStores.VectorStoreSearchResponse;

/** The number of searches so far, by the generation that answered, and the problems that they have shown. */
export type Searched = { old: number; new: number; readonly problems: string[] };

/**
 * Searches a store again and again until `stop` is called. A search must answer, from one generation, with no passage
 * twice; it must find the file that it asks for if that was there from before its start until after its end, and no file
 * that was deleted before its start. A search whose connection breaks, since the service is killed, is made again. So is
 * one that the service itself answers with a failure, which is a problem.
 */
export class Searcher {
  readonly searched: Searched = { old: 0, new: 0, problems: [] };
  readonly #town: Town;
  readonly #done: Promise<void>;
  #isStopped = false;

  constructor(town: Town) {
    this.#town = town;
    this.#done = this.#run();
    // `stop` reports the error.
    this.#done.catch(() => {});
  }

  /** Stops searching, and returns what was seen. */
  async stop(): Promise<Searched> {
    this.#isStopped = true;
    await this.#done;
    return this.searched;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const file = this.#town.pick();
      if (file) await this.#search(file);
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #search(file: TownFile): Promise<void> {
    const { client, storeId, alive, gone } = this.#town;
    const { problems } = this.searched;
    let goneBefore = new Set(gone.keys());
    const { data, isDegraded } = await persist(async () => {
      goneBefore = new Set(gone.keys());
      const query = `torque of the part ${file.part}`;
      try {
        const { data: page, response } = await client.vectorStores
          .search(storeId, { query, max_num_results: 10 })
          .withResponse();
        return { data: page.data, isDegraded: response.headers.has("x-edgewise-degraded") };
      } catch (error) {
        const failure = describeFailure(error);
        if (failure) problems.push(`a search for ${file.part} fails: ${failure}`);
        throw error;
      }
    });
    if (isDegraded) problems.push(`a search for ${file.part} is without its embedding model`);
    const ages = new Set(data.map((hit) => this.#ageOf(hit)));
    if (ages.size > 1) problems.push(`a search for ${file.part} has passages of both generations`);
    const passages = data.map((hit) => `${hit.file_id} ${hit.content[0]?.text}`);
    if (new Set(passages).size < passages.length) {
      problems.push(`a search for ${file.part} has a passage twice`);
    }
    const [age] = ages;
    if (age) this.searched[age]++;
    const isThere = alive.has(file.fileId);
    if (isThere && !data.some((hit) => hit.file_id === file.fileId)) {
      problems.push(
        `${file.fileId} is not found by a search of the ${age ?? "unknown"} generation`,
      );
    }
    for (const hit of data) {
      if (goneBefore.has(hit.file_id)) problems.push(`${hit.file_id} is found after its delete`);
    }
  }

  #ageOf({ file_id: fileId, content }: Hit): Age {
    const file = this.#town.alive.get(fileId) ?? this.#town.gone.get(fileId);
    const text = content.map((part) => part.text).join("");
    // A whole file of the fuzz is longer than any chunk of the new generation.
    return file ? (text === file.text ? "old" : "new") : text.length > 600 ? "old" : "new";
  }
}

/** Describes an error that the service answered with; null for one of the proxy before it, which names no request. */
const describeFailure = (error: unknown): string | null =>
  error instanceof APIError && error.requestID ? `${error.status} ${error.message}` : null;
