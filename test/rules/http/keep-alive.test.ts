import { describe, it } from "vitest";

import { keepAlive } from "../../../src/http/runs/keep-alive.ts";

describe("a stream without events", () => {
  it("sends comments until an event arrives, and loses no event", async ({ expect }) => {
    const gate = Promise.withResolvers<void>();
    async function* texts() {
      yield "one";
      await gate.promise;
      yield "two";
    }
    const sent: string[] = [];

    for await (const text of keepAlive(texts(), 1)) {
      sent.push(text);
      if (sent.length === 4) gate.resolve();
    }

    expect(sent[0]).toBe("one");
    expect(sent.slice(1, 4)).toEqual(Array(3).fill(": nothing happens\n\n"));
    expect(sent.filter((text) => !text.startsWith(":"))).toEqual(["one", "two"]);
  });

  it("closes its source when its reader leaves", async ({ expect }) => {
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
