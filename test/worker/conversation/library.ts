import { toFile } from "openai";
import { vi } from "vitest";

import { createAnsweringProject } from "./answering-project.ts";

const HARBOUR = `# Harbour rules

The harbour opens at six in the morning. It closes at nine in the evening.

Boats longer than twenty metres need a pilot. The pilot is ordered by radio on channel 12.

The mooring fee is 30 euros a night. Members of the sailing club pay half of the mooring fee.
`;

/** Creates a project with a vector store that has one indexed document, by default the rules of a harbour. */
export async function createLibrary(document = { filename: "harbour.md", text: HARBOUR }) {
  const project = await createAnsweringProject();
  const { client } = project;
  const store = await client.vectorStores.create({ name: "harbour" });
  const file = await client.files.create({
    file: await toFile(new TextEncoder().encode(document.text), document.filename),
    purpose: "assistants",
  });
  await client.vectorStores.files.create(store.id, { file_id: file.id });
  await vi.waitUntil(
    async () => (await client.vectorStores.retrieve(store.id)).file_counts.completed === 1,
    { timeout: 10_000 },
  );
  const tools = [{ type: "file_search" as const, vector_store_ids: [store.id] }];
  return { ...project, store, file, tools, ask: { model: "extractive-1", tools } };
}
