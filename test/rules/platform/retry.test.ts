import { APICallError } from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";

import {
  CallTimeout,
  classifyCallFailure,
  RetryBudget,
} from "../../../src/platform/models/retry.ts";

const status = (statusCode: number | undefined, headers: Record<string, string> = {}) =>
  new APICallError({
    message: "No.",
    url: "https://llm.test",
    requestBodyValues: {},
    responseHeaders: headers,
    ...(statusCode !== undefined && { statusCode }),
  });

describe("classifyCallFailure", () => {
  it.each([
    [status(undefined), "unreachable", true, "hard_failure"],
    [status(500), "server_error", true, "hard_failure"],
    [status(408), "server_error", true, "hard_failure"],
    [status(429), "rate_limited", true, "ignored"],
    [status(401), "misconfigured", false, "ignored"],
    [status(404), "misconfigured", false, "ignored"],
    [status(400), "request_refused", false, "ignored"],
    [new CallTimeout("connect", 10_000), "timeout", true, "hard_failure"],
    [new TypeError("terminated"), "server_error", true, "failure"],
  ])("reads %s as %s", (error, reason, isRepeatable, outcome) => {
    expect(classifyCallFailure(error, "llm.test", 0)).toMatchObject({
      reason,
      isRepeatable,
      outcome,
    });
  });
});

describe("a retry budget", () => {
  it("allows one retry per ten calls, and one per second", () => {
    const budget = new RetryBudget();
    while (budget.take(0)) budget.take(0);
    const tries = () => [1, 2, 3].filter(() => budget.take(0)).length;
    for (let calls = 0; calls < 20; calls++) budget.countCall();

    expect(tries()).toBe(2);
    expect(budget.take(999)).toBe(false);
    expect(budget.take(2_000)).toBe(true);
  });
});
