import { describe, it } from "vitest";

import { BodyIncomplete, BodyReader } from "../../../src/http/request/body-reader.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A body that sends its parts, `everyMs` apart, and never ends. */
function endless(everyMs: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: async (controller) => {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      controller.enqueue(bytes("x"));
    },
  });
}

async function refusalOf(reader: BodyReader): Promise<unknown> {
  try {
    for await (const chunk of reader.chunks()) void chunk;
  } catch (error) {
    return error instanceof BodyIncomplete ? error.refusal : error;
  }
  return null;
}

describe("BodyReader", () => {
  it("yields the parts of a body", async ({ expect }) => {
    const body = new Response("The whole text").body;
    const parts: Uint8Array[] = [];
    if (body) for await (const part of new BodyReader(body, 1_000).chunks()) parts.push(part);

    expect(new TextDecoder().decode(parts[0])).toBe("The whole text");
  });

  it("refuses a body that stops", async ({ expect }) => {
    const silent = new ReadableStream<Uint8Array>();

    expect(await refusalOf(new BodyReader(silent, 60_000, 20))).toMatchObject({
      code: "request_timeout",
      message: expect.stringContaining("Nothing of the body arrived"),
    });
  });

  it("refuses a body that takes too long, although it never stops", async ({ expect }) => {
    expect(await refusalOf(new BodyReader(endless(5), 60, 1_000))).toMatchObject({
      code: "request_timeout",
      message: expect.stringContaining("did not arrive within"),
    });
  });

  it("says that a broken body broke off", async ({ expect }) => {
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("Network connection lost.")),
    });

    expect(await refusalOf(new BodyReader(broken, 1_000))).toMatchObject({
      code: "invalid_request",
      message: "The body broke off before its end. Send the request again.",
    });
  });

  it("ends when it is stopped, also while it waits for its sender", async ({ expect }) => {
    const reader = new BodyReader(new ReadableStream<Uint8Array>(), 60_000);
    reader.stopIn(10, new Error("stopped"));

    expect(await refusalOf(reader)).toEqual(new Error("stopped"));
  });

  it("ends when it is stopped while a part is handled", async ({ expect }) => {
    const { body } = new Response("The whole text");
    const reader = new BodyReader(body ?? new ReadableStream(), 60_000);
    const readSlowly = async () => {
      for await (const chunk of reader.chunks()) {
        reader.stopIn(0, new Error("stopped"));
        await new Promise((resolve) => setTimeout(resolve, 20));
        void chunk;
      }
    };

    await expect(readSlowly()).rejects.toThrow("stopped");
  });
});
