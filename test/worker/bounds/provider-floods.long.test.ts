import { describe, it } from "vitest";

import { EVENT, LIMIT, MB, readFlood } from "./provider-flood.ts";

describe("a stream of a provider", () => {
  it("is cut after an event when all are too much", async ({ expect }) => {
    for (const event of [EVENT, EVENT.replaceAll("\n", "\r\n"), ": ping\n\n"]) {
      const { sent, read, tail } = await readFlood(event.repeat(64), 200 * MB);

      expect(sent).toBeLessThan(65 * MB);
      expect(read).toBeLessThan(65 * MB);
      const whole = event.trimEnd().slice(-10);
      expect(tail.slice(0, tail.indexOf(LIMIT)).replaceAll("\r", "")).toContain(
        `${whole}\n\ndata:`,
      );
      expect(tail).toContain(LIMIT);
    }
  });
});
