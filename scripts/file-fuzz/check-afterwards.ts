import { type OpenAI, toFile } from "openai";

import { listFormats } from "./formats.ts";
import type { Problem } from "./ingest-files.ts";

const WORDS = "The quokka of platform nine naps until noon.";

/**
 * Checks that the service still works: the first good file of each format is indexed, and a sentence is found among
 * what the damaged files left.
 */
export async function checkAfterwards(client: OpenAI, storeId: string): Promise<Problem[]> {
  const problems: Problem[] = [];
  const good = listFormats().flatMap(({ files }) => files.slice(0, 1));
  for (const { name, bytes } of [...good, { name: "quokka.txt", bytes: Buffer.from(WORDS) }]) {
    const file = await toFile(bytes, name);
    const { status, last_error: error } = await client.vectorStores.files.uploadAndPoll(
      storeId,
      file,
      { pollIntervalMs: 50 },
    );
    if (status === "completed") continue;
    problems.push({ problem: `the good file ${name} ended as ${error?.message}`, files: [] });
  }
  const found = await client.vectorStores.search(storeId, { query: WORDS });
  if (found.data[0]?.filename === "quokka.txt") return problems;
  return [...problems, { problem: "a good sentence was not found afterwards", files: [] }];
}
