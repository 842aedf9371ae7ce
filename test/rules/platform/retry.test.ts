import { APICallError, JSONParseError } from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";

import { ConnectionFailed } from "../../../src/platform/models/connection.ts";
import {
  CallTimeout,
  classifyCallFailure,
  RetryBudget,
  UnreadableReply,
} from "../../../src/platform/models/retry.ts";

const status = (
  statusCode: number | undefined,
  headers: Record<string, string> = {},
  responseBody = "",
) =>
  new APICallError({
    responseBody,
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
    [status(504), "timeout", true, "hard_failure"],
    [status(521), "connection_refused", true, "hard_failure"],
    [status(522), "timeout", true, "hard_failure"],
    [status(523), "unreachable", true, "hard_failure"],
    [status(526), "tls_failed", true, "hard_failure"],
    [status(530), "server_error", true, "hard_failure"],
    [status(530, {}, "error code: 1016"), "dns_failed", true, "hard_failure"],
    [status(302), "misconfigured", false, "ignored"],
    [status(308), "misconfigured", false, "ignored"],
    [status(401), "unauthorized", false, "ignored"],
    [status(402), "misconfigured", false, "ignored"],
    [status(403), "unauthorized", false, "ignored"],
    [status(404), "not_found", false, "ignored"],
    [status(400), "request_refused", false, "ignored"],
    [new CallTimeout("connect", 10_000), "timeout", true, "hard_failure"],
    [new TypeError("terminated"), "interrupted", true, "failure"],
    [{ message: "An error event" }, "server_error", true, "failure"],
    [new UnreadableReply("Two vectors"), "server_error", true, "failure"],
    [new JSONParseError({ text: "{", cause: null }), "server_error", true, "failure"],
    [new ConnectionFailed("dns_failed", null), "dns_failed", true, "hard_failure"],
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
