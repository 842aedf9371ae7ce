import { describe, expect, it } from "vitest";

import { newId } from "../../../../src/ids.ts";
import { FatalStepError } from "../../../../src/kernel/rules/step-handler.ts";
import { notFound } from "../../../../src/refusal.ts";
import { err } from "../../../../src/result.ts";
import { WARRANTY } from "../../answer/generate-cases.ts";
import { runStep, stepDeps } from "./step-deps.ts";

const STORE = newId("vs_");

describe("retrieve@1", () => {
  it("returns passages with their position and score, and the best score as confidence", async () => {
    const { deps, asked } = stepDeps([], [WARRANTY]);
    const given = {
      query: "warranty",
      vector_store_ids: [STORE],
      max_num_results: 3,
      filters: { type: "eq", key: "language", value: "en" },
      ranking_options: { score_threshold: 0.2 },
    };
    const { text, start, end } = WARRANTY;

    expect(await runStep(deps, "retrieve@1", given)).toEqual({
      passages: [
        {
          chunk_id: "warranty",
          file_id: "file-warranty",
          filename: "warranty.md",
          heading: "",
          text,
          start,
          end,
          score: 0.6,
          attributes: {},
          page: "iv",
          table: null,
          row: null,
        },
      ],
      confidence: 0.6,
      degraded: null,
      partial: false,
    });
    expect(asked[0]?.slice(0, 2)).toEqual([
      {
        storeIds: [STORE],
        filter: given.filters,
        maxResults: 3,
        scoreThreshold: 0.2,
        weights: null,
      },
      ["warranty"],
    ]);
  });

  it("has no confidence without passages", async () => {
    const given = { queries: ["a", "b"], vector_store_ids: [STORE] };
    expect(await runStep(stepDeps().deps, "retrieve@1", given)).toMatchObject({
      passages: [],
      confidence: 0,
    });
  });

  it("fails at once, with the id, when a store does not exist", async () => {
    const retrieve = async () => err(notFound("vector store", STORE));
    const deps = { ...stepDeps().deps, retrieve };
    const run = (id: string) => runStep(deps, "retrieve@1", { query: "a", vector_store_ids: [id] });

    await expect(run(STORE)).rejects.toThrow(FatalStepError);
    await expect(run(STORE)).rejects.toThrow(STORE);
    await expect(run("vs_none")).rejects.toThrow(/No vector store found with id 'vs_none'/);
  });

  it.each([
    ["nothing to search for", { vector_store_ids: [STORE] }, /query/],
    ["two kinds of queries", { query: "a", queries: ["b"], vector_store_ids: [STORE] }, /either/],
    ["no store", { query: "a", vector_store_ids: [] }, /with\.vector_store_ids/],
    [
      "too many stores",
      { query: "a", vector_store_ids: Array.from({ length: 17 }, () => STORE) },
      /with\.vector_store_ids/,
    ],
    ["an unknown member", { query: "a", vector_store_ids: [STORE], top: 3 }, /top/],
    ["nothing at all", null, /with\.vector_store_ids/],
  ])("refuses %s", async (_what, given, message) => {
    const failing = runStep(stepDeps().deps, "retrieve@1", given);
    await expect(failing).rejects.toThrow(FatalStepError);
    await expect(failing).rejects.toThrow(message);
  });
});
