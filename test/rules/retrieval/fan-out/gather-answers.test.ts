import { describe, expect, it } from "vitest";

import { gatherAnswers } from "../../../../src/retrieval/fan-out/gather-answers.ts";

const never = new Promise<string>(() => {});
const after = (ms: number, value: string) =>
  new Promise<string>((resolve) => {
    setTimeout(() => resolve(value), ms);
  });

describe("gatherAnswers", () => {
  it("leaves out calls that fail or do not answer, with the reasons", async () => {
    const failure = new Error("reset");
    const calls = new Map([
      ["a", Promise.resolve("one")],
      ["b", Promise.reject<string>(failure)],
      ["c", never],
    ]);
    const { answers, missing } = await gatherAnswers(calls, 20);

    expect([...answers]).toEqual([["a", "one"]]);
    expect([...missing.keys()]).toEqual(["b", "c"]);
    expect(missing.get("b")).toBe(failure);
    expect(missing.get("c")).toMatchObject({ name: "TooSlow" });
  });

  it("waits for calls that are all slow, and measures the time from the first answer", async () => {
    const calls = new Map([
      ["a", after(60, "first")],
      ["b", after(70, "second")],
      ["c", after(10_000, "late")],
    ]);
    const { answers, missing } = await gatherAnswers(calls, 50);

    expect([...answers.keys()]).toEqual(["a", "b"]);
    expect([...missing.keys()]).toEqual(["c"]);
  });

  it("does not change its answers when a late call is answered", async () => {
    const gathered = await gatherAnswers(
      new Map([
        ["a", Promise.resolve("one")],
        ["b", after(30, "late")],
      ]),
      5,
    );
    await after(50, "");

    expect([...gathered.answers.keys()]).toEqual(["a"]);
  });

  it("throws the first error when no call is answered, and returns at once without calls", async () => {
    const failures = [new Error("first"), new Error("second")];
    const calls = new Map(failures.map((failure) => [failure, Promise.reject<string>(failure)]));

    await expect(gatherAnswers(calls, 20)).rejects.toBe(failures[0]);
    expect((await gatherAnswers(new Map(), 20)).answers.size).toBe(0);
  });
});
