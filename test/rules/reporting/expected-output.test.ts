import { describe, it } from "vitest";

import { ExpectedOutput } from "../../reporting/expected-output.ts";

const CRASH =
  "uncaught exception; exception = workerd/api/actor-state.c++:1235: failed: broken.outputGateBroken; " +
  "jsg.Error: A test crashes this object: claimed\nstack: workerd@36c6fb0 workerd@36c7c0f\n";
const LOST =
  "uncaught exception; source = Uncaught (in promise); stack = Error: before sync: Network connection lost.\n" +
  "    at reach (test/worker/schedules/crashes.test.ts:166:17)\n";
const UNEXPECTED =
  "uncaught exception; source = Uncaught (in promise); stack = TypeError: x is not a function\n" +
  "    at start (src/kernel/engine/step-kernel.ts:12:3)\n";

const omitExpected = (text: string) => new ExpectedOutput().omitFrom(text);

describe("the output of the tests", () => {
  it("has nothing of the crashes that tests cause", ({ expect }) => {
    expect(omitExpected(CRASH)).toBe("");
    expect(omitExpected(CRASH + LOST)).toBe("");
  });

  it("has an unexpected error with its stack, also between expected ones", ({ expect }) => {
    expect(omitExpected(UNEXPECTED)).toBe(UNEXPECTED);
    expect(omitExpected(CRASH + UNEXPECTED + LOST)).toBe(UNEXPECTED);
  });

  it("has no stack of an expected error that comes in a later write", ({ expect }) => {
    const output = new ExpectedOutput();
    const [message = "", stack = ""] = CRASH.split(/(?<=\n)/);

    expect([message, stack, UNEXPECTED].map((text) => output.omitFrom(text))).toEqual([
      "",
      "",
      UNEXPECTED,
    ]);
  });

  it("is otherwise as the reporter prints it", ({ expect }) => {
    const text = "\n  ✓ says: A test crashes this object\n   at the end";
    expect(omitExpected(text)).toBe(text);
  });
});
