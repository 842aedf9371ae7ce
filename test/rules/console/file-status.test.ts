import { describe, expect, it } from "vitest";

import type { VectorStoreFile } from "../../../console/api/operations.ts";
import { explainStage, labelFile } from "../../../console/pages/files/file-status.ts";

const file = (status: VectorStoreFile["status"], stage: VectorStoreFile["stage"]) =>
  ({ status, stage }) as VectorStoreFile; // oxlint-disable-line typescript/no-unsafe-type-assertion -- what is read of it

describe("what a file is at", () => {
  it.each([
    ["queued", "Waiting", "The file waits for its turn"],
    ["parsing", "Reading", "The text of the file is being read"],
    ["chunking", "Cutting", "The text is being cut into chunks"],
    ["embedding", "Embedding", "The chunks are being embedded"],
    ["indexing", "Writing the index", "The chunks are being written to the index"],
  ] as const)("is its stage while it is indexed: %s", (stage, word, sentence) => {
    expect(labelFile(file("in_progress", stage))).toBe(word);
    expect(explainStage(file("in_progress", stage))).toBe(sentence);
  });

  it("is its status where no stage is known, and when it has ended", () => {
    expect(explainStage(file("in_progress", null))).toBe("The file is being indexed");
    expect(
      (["in_progress", "completed", "failed", "cancelled"] as const).map((status) =>
        labelFile(file(status, null)),
      ),
    ).toEqual(["Being indexed", "Indexed", "Failed", "Cancelled"]);
  });
});
