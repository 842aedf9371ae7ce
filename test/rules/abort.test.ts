import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { raceAbort, withDeadline } from "../../src/abort.ts";

const never = () => new Promise<never>(() => {});
const late = () => {
  throw new Error("Too late");
};

/** A promise that fails after the race is decided; an unhandled rejection fails the run. */
const failsLater = async () => {
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  throw new Error("Nobody waits for this");
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("raceAbort", () => {
  it("returns what the work returns, and throws what it throws", async ({ expect }) => {
    const { signal } = new AbortController();

    expect(await raceAbort(Promise.resolve(1), signal)).toBe(1);
    await expect(raceAbort(Promise.reject(new Error("broken")), signal)).rejects.toThrow("broken");
  });

  it("throws the signal's reason when it is aborted during the work", async ({ expect }) => {
    const controller = new AbortController();
    const raced = raceAbort(never(), controller.signal);
    const rejected = expect(raced).rejects.toThrow("Out of time");
    controller.abort(new Error("Out of time"));
    await rejected;
  });

  it("throws at once when the signal was aborted before", async ({ expect }) => {
    const signal = AbortSignal.abort(new Error("Out of time"));

    await expect(raceAbort(Promise.resolve(1), signal)).rejects.toThrow("Out of time");
    await expect(raceAbort(failsLater(), signal)).rejects.toThrow("Out of time");
    await vi.advanceTimersByTimeAsync(5_000);
  });

  it("leaves no listener on a signal that lives longer", async ({ expect }) => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await raceAbort(Promise.resolve(1), signal);

    expect(removed.mock.calls[0]?.[1]).toBe(added.mock.calls[0]?.[1]);
  });
});

describe("withDeadline", () => {
  it("returns what the work returns in time, and leaves no timer", async ({ expect }) => {
    expect(await withDeadline(Promise.resolve(1), 1_000, late)).toBe(1);
    await expect(withDeadline(Promise.reject(new Error("broken")), 1_000, late)).rejects.toThrow(
      "broken",
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  it("throws when the time is up", async ({ expect }) => {
    const rejected = expect(withDeadline(failsLater(), 1_000, late)).rejects.toThrow("Too late");
    await vi.advanceTimersByTimeAsync(1_000);
    await rejected;
    await vi.advanceTimersByTimeAsync(5_000);
  });

  it("returns what stands in for late work, which goes on", async ({ expect }) => {
    const gate = Promise.withResolvers<number>();
    const waited = withDeadline(gate.promise, 1_000, () => null);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await waited).toBe(null);

    gate.resolve(1);
    expect(await withDeadline(gate.promise, 1_000, () => null)).toBe(1);
  });

  it("gives work that is already late one turn", async ({ expect }) => {
    expect(await withDeadline(Promise.resolve(1), -1, late)).toBe(1);
  });
});
