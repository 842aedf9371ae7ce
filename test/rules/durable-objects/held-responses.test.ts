import { describe, it } from "vitest";

import { StoredHeldResponses } from "../../../durable-objects/response-socket/held-responses.ts";

/** A key-value storage in memory, with the platform's bound of a value. */
function createKv() {
  const values = new Map<string, string>();
  const kv = {
    // The value is a copy, as that of the platform.
    get: <Value>(key: string): Value | undefined =>
      JSON.parse(values.get(key) ?? "null") ?? undefined,
    put: (key: string, value: unknown) => {
      const json = JSON.stringify(value);
      if (json.length > 2_000_000) throw new Error("The value is too large");
      values.set(key, json);
    },
    delete: (key: string) => values.delete(key),
    list: () => [],
  };
  const closed = new AbortController();
  return { values, kv, closed, open: () => new StoredHeldResponses(kv, closed.signal) };
}

const mb = (count: number) => "x".repeat(count * 1024 * 1024);

describe("the responses that a socket holds", () => {
  it("are found again from the storage, whatever their size", ({ expect }) => {
    const { open } = createKv();
    const long = "0123456789".repeat(450_000);
    open().keep("resp_a", "short");
    open().keep("resp_b", long);

    expect(open().find("resp_a")).toBe("short");
    expect(open().find("resp_b")).toBe(long);
    expect(open().find("resp_c")).toBeNull();
  });

  it("are gone when they are forgotten, with all their parts", ({ expect }) => {
    const { open, values } = createKv();
    open().keep("resp_a", "a".repeat(4_000_000));
    open().forget("resp_b");
    open().forget("resp_a");

    expect(open().find("resp_a")).toBeNull();
    expect([...values]).toEqual([["held", "[]"]]);
  });

  it("are at most 32, and the oldest is let go first", ({ expect }) => {
    const { open, values } = createKv();
    for (let n = 0; n < 34; n++) open().keep(`resp_${n}`, `${n}`);
    open().keep("resp_2", "again");
    open().keep("resp_34", "34");

    const kept = Array.from({ length: 35 }, (_none, n) => open().find(`resp_${n}`));
    expect(kept.flatMap((text, n) => (text === null ? [n] : []))).toEqual([0, 1, 3]);
    expect(kept[2]).toBe("again");
    expect(values.size).toBe(33);
  });

  it("have at most 16 MB together, and a larger one is not held", ({ expect }) => {
    const { open } = createKv();
    open().keep("resp_a", mb(6));
    open().keep("resp_b", mb(6));
    open().keep("resp_c", mb(6));
    open().keep("resp_d", mb(17));

    const ids = ["resp_a", "resp_b", "resp_c", "resp_d"];
    expect(ids.filter((id) => open().find(id) !== null)).toEqual(["resp_b", "resp_c"]);
  });

  it("are no longer kept after the socket was closed", ({ expect }) => {
    const { open, closed, values } = createKv();
    closed.abort();
    open().keep("resp_a", "a");

    expect([...values]).toEqual([]);
  });
});
