import { describe, it } from "vitest";

import { keepAlive } from "../../../src/http/workflow/keep-alive.ts";

describe("a stream in which nothing happens", () => {
  it("says so until something happens, and loses nothing", async ({ expect }) => {
    const gate = Promise.withResolvers<void>();
    async function* texts() {
      yield "one";
      await gate.promise;
      yield "two";
    }
    const told: string[] = [];

    for await (const text of keepAlive(texts(), 1)) {
      told.push(text);
      if (told.length === 4) gate.resolve();
    }

    expect(told[0]).toBe("one");
    expect(told.slice(1, 4)).toEqual(Array(3).fill(": nothing happens\n\n"));
    expect(told.filter((text) => !text.startsWith(":"))).toEqual(["one", "two"]);
  });

  it("lets go of what it reads when its reader goes", async ({ expect }) => {
    const log: string[] = [];
    async function* texts() {
      try {
        yield "one";
        yield "two";
      } finally {
        log.push("let go");
      }
    }
    for await (const text of keepAlive(texts())) if (text === "one") break;
    expect(log).toEqual(["let go"]);
  });
});
