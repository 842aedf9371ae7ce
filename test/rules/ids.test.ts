import { describe, expect, it } from "vitest";

import { conversationKeyOf, isResponseId, newId, newKey, newResponseId } from "../../src/ids.ts";

describe("ids", () => {
  it("sort by the time they were made", () => {
    const keys = [1, 31, 32, 1_000, 1_795_000_000_000].map((now) => newKey(now));

    expect(keys.toSorted()).toEqual(keys);
  });

  it("lead from a response to its conversation", () => {
    const conversation = newId("conv_");
    const response = newResponseId(conversationKeyOf(conversation));

    expect(isResponseId(response)).toBe(true);
    expect(conversationKeyOf(response)).toBe(conversationKeyOf(conversation));
  });
});
