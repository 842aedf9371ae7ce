import { toFile } from "openai";

import { createProject } from "../project.ts";

const SMALL_CHUNKS = {
  type: "static",
  static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 50 },
} as const;

/** Creates a project with a vector store, and functions that index a file and search it. */
export async function createIngestion() {
  const { client } = await createProject();
  const store = await client.vectorStores.create({ name: "hostile" });
  return {
    /** Small chunks need more room, so that less text is too much for a file. */
    ingest: async (name: string, bytes: Uint8Array, chunks: "default" | "small" = "default") => {
      const file = await client.files.create({
        file: await toFile(bytes, name),
        purpose: "assistants",
      });
      const { status, last_error: error } = await client.vectorStores.files.createAndPoll(
        store.id,
        { file_id: file.id, ...(chunks === "small" && { chunking_strategy: SMALL_CHUNKS }) },
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
