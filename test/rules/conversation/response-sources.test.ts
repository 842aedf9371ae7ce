import { describe, it } from "vitest";

import { listSources } from "../../../src/conversation/response-sources.ts";

type Response = Parameters<typeof listSources>[0];

const annotation = (id: string, index: number) => ({
  type: "file_citation" as const,
  file_id: id,
  filename: `${id}.md`,
  index,
});
const text = (...annotations: ReturnType<typeof annotation>[]) => ({
  type: "output_text" as const,
  text: "It opens at six.",
  annotations,
  logprobs: [],
});

const made = {
  output: [
    {
      type: "file_search_call",
      results: [
        { file_id: "file-given", filename: "given.md" },
        { file_id: "file-cited", filename: "file-cited.md" },
      ],
    },
    {
      type: "message",
      role: "assistant",
      content: [
        text(annotation("file-cited", 0), annotation("file-twice", 1)),
        { type: "refusal", refusal: "No." },
        text(annotation("file-twice", 1)),
      ],
    },
  ],
  retrieval: {
    searches: [
      { passages: [{ file_id: "file-cited" }, { file_id: "file-found" }] },
      { passages: [{ file_id: "file-found" }] },
    ],
  },
};
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the members that the rule reads
const response = made as unknown as Response;

describe("the sources of a response", () => {
  it("are each file once: first those that are cited, last those that were only found", ({
    expect,
  }) => {
    expect(listSources(response)).toEqual([
      { fileId: "file-cited", filename: "file-cited.md", citations: 1 },
      { fileId: "file-twice", filename: "file-twice.md", citations: 2 },
      { fileId: "file-given", filename: "given.md", citations: 0 },
      { fileId: "file-found", filename: null, citations: 0 },
    ]);
  });

  it("are none where nothing was searched, or the answer has not ended", ({ expect }) => {
    expect(listSources({ output: [] })).toEqual([]);
    expect(listSources({ output: [], retrieval: null })).toEqual([]);
  });
});
