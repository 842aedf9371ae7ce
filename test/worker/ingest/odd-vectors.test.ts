import { env } from "cloudflare:workers";
import { toFile } from "openai";
import { afterAll, beforeAll, describe, it } from "vitest";

import { useScriptedModel } from "../conversation/answering-project.ts";
import { createProject } from "../project.ts";

const before = { ...env };

beforeAll(() => {
  const model = `embeds-${crypto.randomUUID().slice(0, 8)}`;
  useScriptedModel(model);
  Object.assign(env, { EMBEDDING_MODEL: model });
});
afterAll(() => void Object.assign(env, before));

/** Creates a store with a file for each text, and waits until they are indexed. */
async function createStore(texts: readonly string[]) {
  const { client } = await createProject();
  const { id } = await client.vectorStores.create({ name: "odd vectors" });
  const statuses: string[] = [];
  for (const [at, text] of texts.entries()) {
    const bytes = new TextEncoder().encode(text);
    const file = await client.files.create({
      file: await toFile(bytes, `${at}.txt`),
      purpose: "assistants",
    });
    const { status } = await client.vectorStores.files.createAndPoll(
      id,
      { file_id: file.id },
      { pollIntervalMs: 20 },
    );
    statuses.push(status);
  }
  const search = async (query: string) => {
    const { data } = await client.vectorStores.search(id, { query });
    return data.map(({ filename }) => filename).toSorted();
  };
  return { statuses, search };
}

describe("a vector from a provider", { timeout: 30_000 }, () => {
  it("of zeros is similar to nothing, and its file is found by its words", async ({ expect }) => {
    const { statuses, search } = await createStore([
      "Herons stand in rivers.",
      "Badgers dig setts. #vector-zeros",
      "Owls sleep by day.",
    ]);
    expect(statuses).toEqual(["completed", "completed", "completed"]);
    expect(await search("badgers")).toContain("1.txt");
    // The others are found by their vectors alone.
    expect(await search("zzz")).toEqual(["0.txt", "2.txt"]);
    expect(await search("badgers #vector-zeros")).toEqual(["1.txt"]);
  });
});
