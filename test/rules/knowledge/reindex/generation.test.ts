import { describe, it } from "vitest";

import { CHUNKING_AUTO } from "../../../../src/knowledge/chunking.ts";
import { copyWindow, decideCopy } from "../../../../src/knowledge/reindex/copy-files.ts";
import { chooseChunking, numberGeneration } from "../../../../src/knowledge/reindex/generation.ts";

describe("the number of a new generation", () => {
  it("is new, and has another parity than the serving one", ({ expect }) => {
    expect(numberGeneration(1, 1)).toBe(2);
    expect(numberGeneration(2, 2)).toBe(3);
    // 2 was cancelled: its shards refuse writes for ever.
    expect(numberGeneration(1, 2)).toBe(4);
    // Reverted from 2, which was then cancelled.
    expect(numberGeneration(3, 4)).toBe(6);
  });
});

describe("the chunking of a file in a generation", () => {
  const settings = {
    embeddingModel: "hash-1",
    analyzer: 1,
    chunking: { chunkTokensMax: 200, overlapTokens: 20 },
  };

  it("is the generation's for `auto`, and the file's own otherwise", ({ expect }) => {
    expect(chooseChunking(CHUNKING_AUTO, settings)).toEqual(settings.chunking);
    const own = { chunkTokensMax: 800, overlapTokens: 0 };
    expect(chooseChunking(own, settings)).toEqual(own);
  });
});

describe("the build of a generation", () => {
  const file = { status: "completed", aliasOf: null, shard: 0, otherUsageBytes: 0 } as const;

  it("copies what searches find, and nothing twice", ({ expect }) => {
    expect(decideCopy(file)).toBe("copy");
    // Its text stays when it could not be read again.
    expect(decideCopy({ ...file, status: "failed" })).toBe("copy");
    expect(decideCopy({ ...file, status: "in_progress" })).toBe("wait");
    expect(decideCopy({ ...file, otherUsageBytes: 900 })).toBe("skip");
    expect(decideCopy({ ...file, aliasOf: "file-1" })).toBe("skip");
    expect(decideCopy({ ...file, status: "in_progress", shard: null })).toBe("skip");
  });

  it("goes on beside the files of clients, and leaves them most of the way", ({ expect }) => {
    expect(copyWindow(1)).toBeGreaterThan(0);
    expect(copyWindow(0)).toBeGreaterThan(5 * copyWindow(1));
  });
});
