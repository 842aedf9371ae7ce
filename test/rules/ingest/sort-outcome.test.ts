import { describe, it } from "vitest";

import { sortOutcome } from "../../../src/ingest/sort-outcome.ts";

const own = { kind: "completed", generation: 1, chunkCount: 2, usageBytes: 9 } as const;
const also = { kind: "completed", generation: 2, chunkCount: 5, usageBytes: 11 } as const;

describe("the outcome of indexing a file", () => {
  it("is sorted by the generation that serves when it is reported", ({ expect }) => {
    expect(sortOutcome({ ...own, also }, 1)).toMatchObject({ serving: own, other: also });
    expect(sortOutcome({ ...own, also }, 2)).toMatchObject({ serving: also, other: own });
  });

  it("is about the serving one without a generation", ({ expect }) => {
    const { generation: _, ...before } = own;
    expect(sortOutcome(before, 7)).toMatchObject({ serving: { chunkCount: 2 }, other: null });
  });

  it("does not complete the file where the serving one was not written", ({ expect }) => {
    const away = { kind: "retry", generation: 2, message: "away" } as const;
    expect(sortOutcome({ ...own, also: away }, 2)).toMatchObject({ serving: null });
    expect(sortOutcome(own, 2)).toMatchObject({ serving: null });
    expect(sortOutcome({ ...own, also: away }, 1)).toMatchObject({ serving: own, other: away });
  });
});
