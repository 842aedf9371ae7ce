import { describe, expect, it } from "vitest";

import { formatLease, parseLease } from "../../../../../src/kernel/rules/step/lease.ts";

describe("a lease", () => {
  it.each([
    ["run", "step"],
    ["file-1/vs_2", "a/b%c"],
    ["run/step[3]~1", "notify[3]~undo"],
    ["", ""],
    ["käse\n/", "schritt/ü"],
  ])("names run %j and step %j", (runId, step) => {
    expect(parseLease(formatLease("nonce", runId, step))).toEqual({ runId, step });
  });

  it.each(["", "nonce", "nonce/step", "nonce/%/run"])("is not %j", (text) => {
    expect(parseLease(text)).toBeNull();
  });
});
