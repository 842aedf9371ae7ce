import { describe, it } from "vitest";

import {
  type AttemptEnd,
  foundProviderAway,
  judgeAttempt,
} from "../../../src/conversation/judge-attempt.ts";
import type { UnavailableReason } from "../../../src/model-unavailable.ts";

const away = (reason: UnavailableReason, retryAfter: number | null = null): AttemptEnd => ({
  kind: "answered",
  outcome: { type: "failed", code: "server_error", message: "Away.", away: { reason, retryAfter } },
});
const FAILED: AttemptEnd = {
  kind: "answered",
  outcome: { type: "failed", code: "invalid_prompt", message: "Refused." },
};
const BUG: AttemptEnd = { kind: "thrown", message: "bug", isBug: true };
const PLATFORM: AttemptEnd = { kind: "thrown", message: "overloaded", isBug: false };
const OVERDUE: AttemptEnd = { kind: "overdue", message: "too long" };

/** The number of attempts after which an answer fails that ends each attempt in the same way. */
function countAttempts(end: AttemptEnd): number {
  for (let attempt = 1; attempt < 1_000; attempt++) {
    const { kind } = judgeAttempt(end, attempt);
    if (kind === "failed" || kind === "completed") return attempt;
  }
  return Infinity;
}

describe("the attempts at an answer in the background", () => {
  it.for<[string, AttemptEnd, number]>([
    ["a bug of the service", BUG, 3],
    ["an answer that takes too long", OVERDUE, 3],
    ["a part of the platform that fails", PLATFORM, 8],
    ["a model that fails", away("server_error"), 8],
    ["a model that is too slow", away("timeout"), 8],
    ["a model that breaks off", away("interrupted"), 8],
    ["a request that the model refuses", FAILED, 1],
    ["a provider that only the operator can reach again", away("unauthorized"), 1],
    ["a circuit that is open", away("circuit_open"), Infinity],
    ["a provider that limits the rate", away("rate_limited"), Infinity],
    ["a provider that refuses connections", away("connection_refused"), Infinity],
  ])("are bounded by the kind of failure: %s", ([, end, attempts], { expect }) => {
    expect(countAttempts(end)).toBe(attempts);
  });

  it("wait as long as the provider asks for, and do not count while it is away", ({ expect }) => {
    const released = { kind: "released", message: "Away.", afterMs: 7_000 };
    expect(judgeAttempt(away("rate_limited", 7), 500)).toEqual(released);
    expect(judgeAttempt(away("server_error", 7), 1)).toMatchObject({
      kind: "retry",
      afterMs: 7_000,
    });
  });

  it("end with the reason of the outage", ({ expect }) => {
    const last = judgeAttempt(away("server_error"), 8);
    expect(last).toMatchObject({ output: { away: { reason: "server_error" } } });
  });

  it("tell a provider that is down from a request that is bad", ({ expect }) => {
    const ends = [away("circuit_open"), away("timeout"), away("unauthorized"), FAILED, BUG];
    expect(ends.map(foundProviderAway)).toEqual([true, true, false, false, false]);
  });
});
