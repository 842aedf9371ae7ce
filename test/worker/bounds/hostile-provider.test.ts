import { env } from "cloudflare:workers";
import { beforeAll, describe, inject, it, vi } from "vitest";

import { boundedFetch } from "../../../src/platform/models/bounded-fetch.ts";
import { storeEmbedder } from "../../../src/platform/models/embedding-models.ts";
import { EVENT, LIMIT, MB, readFlood } from "./provider-flood.ts";

const encode = (text: string) => new TextEncoder().encode(text);

describe("a stream of a provider", () => {
  it("is cut where a line does not end", async ({ expect }) => {
    const { sent, read, tail } = await readFlood("a".repeat(65_536), 60 * MB, `${EVENT}data: `);

    expect(sent).toBeLessThan(5 * MB);
    expect(read).toBeLessThan(2_000);
    expect(tail).toContain(LIMIT);
  });

  it("is cut where a line comes byte by byte", async ({ expect }) => {
    const { sent, tail } = await readFlood("a", MB, `${EVENT}data: `);

    expect(sent).toBeLessThan(MB / 10);
    expect(tail).toContain(LIMIT);
  });

  it("is unreadable where an event of many lines does not end", async ({ expect }) => {
    for (const line of ["data: aaaaaaaa\n", ": a comment\n", "data: a\r\n"]) {
      const flood = readFlood(line.repeat(4_096), 60 * MB);
      await expect(flood).rejects.toThrow("more than 4194304 bytes");
    }
  });

  it("passes whole, however its lines end and are split", async ({ expect }) => {
    for (const event of [EVENT, EVENT.replaceAll("\n", "\r\n")]) {
      for (const size of [event.length - 1, event.length + 1, 7_919]) {
        const text = event.repeat(1_000);
        let at = 0;
        const body = new ReadableStream<Uint8Array>({
          pull(controller) {
            controller.enqueue(encode(text.slice(at, (at += size))));
            if (at >= text.length) controller.close();
          },
        });
        const headers = { "content-type": "text/event-stream" };
        const send = boundedFetch(async () => new Response(body, { headers }));
        const response = await send("https://provider.test/v1/chat/completions");

        expect((await response.text()) === text).toBe(true);
      }
    }
  });
});

describe("a provider that redirects", () => {
  it("gets its own answer read, and nobody else the key", async ({ expect }) => {
    const host = inject("httpServer");
    for (const path of ["/redirect?status=307&to=/echo", "/loop"]) {
      const response = await boundedFetch(fetch)(`http://${host}${path}`, {
        method: "POST",
        headers: { authorization: "Bearer key" },
        body: "{}",
      });
      await response.body?.cancel();

      expect(response.status).toBe(path === "/loop" ? 302 : 307);
    }
  });
});

describe("an embedding model", () => {
  beforeAll(() => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
  });

  it("that returns a vector which no index could hold is unreadable", async ({ expect }) => {
    const model = "odd-embedding";
    const settings = { LLM_BASE_URL: inject("openAiServer"), EMBEDDING_MODEL: model };
    const embedder = storeEmbedder(Object.assign({ ...env }, settings), model);
    for (const text of ["#vector-endless", "#vector-immense"]) {
      await expect(embedder.embed([text])).rejects.toMatchObject({
        reason: "server_error",
        message: expect.stringContaining("cannot be read"),
      });
    }
  });
});
