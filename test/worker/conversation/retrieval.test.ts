import { runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import { openConversationStub } from "./answering-project.ts";
import { createLibrary } from "./library.ts";

type Stage = { readonly score: number; readonly rank: number | null };
type Passage = {
  readonly chunk_id: string;
  readonly words: Stage;
  readonly vectors: Stage;
  readonly combined: Stage;
  readonly left_out: string | null;
  readonly citations: number;
};
type Why = {
  readonly retrieval: { readonly searches: readonly { readonly passages: readonly Passage[] }[] };
};

describe("the stages of an answer's retrieval", () => {
  it("are shown with the response for whoever asks for them", async ({ expect }) => {
    const { client, ask, file, fetch } = await createLibrary();
    const response = await client.responses.create({
      ...ask,
      input: "When does the harbour open?",
    });
    expect(response).not.toHaveProperty("retrieval");

    const path = `/responses/${response.id}?include[]=edgewise.retrieval`;
    const seen: Why = await (await fetch(path)).json();
    expect(seen).toMatchObject({
      retrieval: {
        searches: [{ queries: ["When does the harbour open?"], degraded: null }],
      },
    });
    const passages = seen.retrieval.searches[0]?.passages ?? [];
    expect(passages[0]).toMatchObject({
      chunk_id: expect.stringMatching(/^chunk_/),
      file_id: file.id,
      start_index: 0,
      end_index: expect.any(Number),
      words: { score: expect.any(Number), rank: 1 },
      combined: { score: expect.any(Number), rank: 1 },
      left_out: null,
      removed: [],
    });
    const cited = response.output.flatMap((item) => (item.type === "message" ? item.content : []));
    const annotations = cited.flatMap((part) =>
      part.type === "output_text" ? part.annotations : [],
    );
    expect(annotations.length).toBeGreaterThan(0);
    expect(passages.reduce((sum, { citations }) => sum + citations, 0)).toBe(annotations.length);
  });

  it("are null where nothing was searched, and in answers of earlier builds", async ({
    expect,
  }) => {
    const library = await createLibrary();
    const { client, ask, fetch } = library;
    const plain = await client.responses.create({ model: "extractive-1", input: "Hello" });
    const answered = await client.responses.create({
      ...ask,
      input: "When does the harbour open?",
    });
    await runInDurableObject(openConversationStub(library, answered.id), (_object, { storage }) => {
      storage.sql.exec("UPDATE response SET settled = json_remove(settled, '$.outcome.retrieval')");
    });
    for (const id of [plain.id, answered.id]) {
      const path = `/responses/${id}?include[]=edgewise.retrieval`;
      expect(await (await fetch(path)).json()).toMatchObject({ id, retrieval: null });
    }
  });

  it("hold what a threshold has cut, with the reason", async ({ expect }) => {
    const { client, ask, store } = await createLibrary();
    const tools = [
      {
        type: "file_search" as const,
        vector_store_ids: [store.id],
        ranking_options: { score_threshold: 0.99 },
      },
    ];
    const include = ["edgewise.retrieval"];
    const body = { ...ask, include, tools, input: "When does the harbour open?" };
    const response: unknown = await client.post("/responses", { body });
    expect(response).toMatchObject({
      retrieval: {
        searches: [
          { passages: [{ left_out: "score_threshold", citations: 0, combined: { rank: 1 } }] },
        ],
      },
    });
  });
});
