import { toFile } from "openai";

import { createProject } from "../project.ts";

const cutBy = (tokensMax: number, overlap: number) => ({
  type: "static" as const,
  static: { max_chunk_size_tokens: tokensMax, chunk_overlap_tokens: overlap },
});
/** The smallest chunks, the usual ones, and the largest. */
const CHUNKS = { small: cutBy(100, 50), default: undefined, large: cutBy(4_096, 0) };

/** Creates a project with a vector store, and functions that index a file and search it. */
export async function createIngestion() {
  const { client } = await createProject();
  const store = await client.vectorStores.create({ name: "hostile" });
  return {
    /**
     * Small chunks need more room, so that less text is too much for a file. Large ones are few, where a test is not
     * about what is stored.
     */
    ingest: async (name: string, bytes: Uint8Array, chunks: keyof typeof CHUNKS = "default") => {
      const file = await client.files.create({
        file: await toFile(bytes, name),
        purpose: "assistants",
      });
      const strategy = CHUNKS[chunks];
      const { status, last_error: error } = await client.vectorStores.files.createAndPoll(
        store.id,
        { file_id: file.id, ...(strategy && { chunking_strategy: strategy }) },
        { pollIntervalMs: 20 },
      );
      return { status, message: error?.message ?? "" };
    },
    /** Returns the names of the files that are found. */
    search: async (query: string) => {
      const found = await client.vectorStores.search(store.id, { query, max_num_results: 50 });
      return [...new Set(found.data.map(({ filename }) => filename))].toSorted();
    },
  };
}
