import { describe, it } from "vitest";

import { BucketRefused, CallOverdue, classifyFailure } from "../../../src/platform/failure.ts";

const marked = (marks: object, message = "broken") => Object.assign(new Error(message), marks);

describe("classifyFailure", () => {
  it.for<[string, Error]>([
    ["full", new Error("D1_ERROR: database or disk is full: SQLITE_FULL")],
    ["full", new Error("D1_ERROR: Exceeded maximum DB size")],
    ["full", new BucketRefused("put", new Error("put: no space left on device"))],
    ["full", marked({ retryable: true }, "database or disk is full: SQLITE_FULL")],
    ["overloaded", new CallOverdue("FILES.put", 10_000)],
    ["overloaded", marked({ overloaded: true, retryable: true })],
    ["transient", new BucketRefused("put", new Error("We encountered an internal error (10001)"))],
    ["transient", marked({ retryable: true })],
    ["transient", marked({ durableObjectReset: true })],
    ["transient", new Error("D1_ERROR: Network connection lost.")],
    [
      "transient",
      new Error("D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node."),
    ],
    ["transient", new Error("D1_ERROR: D1 DB exceeded its CPU time limit and was reset.")],
    ["transient", new Error("D1_ERROR: disk I/O error: SQLITE_IOERR")],
    ["transient", new Error("internal error; reference = t20jm9ifuin2as8lnfkfup3t")],
    ["bug", new Error('D1_ERROR: near "FORM": syntax error at offset 9: SQLITE_ERROR')],
    ["bug", new Error("D1_ERROR: UNIQUE constraint failed: file.id: SQLITE_CONSTRAINT")],
    ["bug", new TypeError("Cannot read properties of undefined")],
  ])("%s: %s", ([failure, error], { expect }) => {
    expect(classifyFailure(error)).toBe(failure);
  });
});
