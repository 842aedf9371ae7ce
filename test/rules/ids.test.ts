import { describe, expect, it } from "vitest";

import {
  readConversationKey,
  isResponseId,
  isRunId,
  newId,
  newKey,
  newResponseId,
  deriveRunId,
} from "../../src/ids.ts";

describe("ids", () => {
  it("sort by creation time", () => {
    const keys = [1, 31, 32, 1_000, 1_795_000_000_000].map((now) => newKey(now));

    expect(keys.toSorted()).toEqual(keys);
  });

  it("lead from a response to its conversation", () => {
    const conversation = newId("conv_");
    const response = newResponseId(readConversationKey(conversation));

    expect(isResponseId(response)).toBe(true);
    expect(readConversationKey(response)).toBe(readConversationKey(conversation));
  });

  it("are the same for runs with the same digest", () => {
    const digest = new Uint8Array(32).map((_none, n) => n * 11);

    expect(isRunId(deriveRunId(digest))).toBe(true);
    expect(deriveRunId(digest)).toBe(deriveRunId(digest.slice()));
    expect(deriveRunId(digest.with(3, 2))).not.toBe(deriveRunId(digest));
  });
});
