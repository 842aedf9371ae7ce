import { describe, expect, it } from "vitest";

import {
  conversationKeyOf,
  isResponseId,
  isRunId,
  newId,
  newKey,
  newResponseId,
  runIdOf,
} from "../../src/ids.ts";

describe("ids", () => {
  it("sort by creation time", () => {
    const keys = [1, 31, 32, 1_000, 1_795_000_000_000].map((now) => newKey(now));

    expect(keys.toSorted()).toEqual(keys);
  });

  it("lead from a response to its conversation", () => {
    const conversation = newId("conv_");
    const response = newResponseId(conversationKeyOf(conversation));

    expect(isResponseId(response)).toBe(true);
    expect(conversationKeyOf(response)).toBe(conversationKeyOf(conversation));
  });

  it("are the same for runs with the same digest", () => {
    const digest = new Uint8Array(32).map((_none, n) => n * 11);

    expect(isRunId(runIdOf(digest))).toBe(true);
    expect(runIdOf(digest)).toBe(runIdOf(digest.slice()));
    expect(runIdOf(digest.with(3, 2))).not.toBe(runIdOf(digest));
  });
});
