import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { readObject } from "../../../src/platform/read-object.ts";

const MEBIBYTE = 1024 * 1024;

describe("an object in R2", () => {
  it.for([0, 1, 2 * MEBIBYTE, 2 * MEBIBYTE + 1, 5 * MEBIBYTE])(
    "is read whole, in pieces: %i bytes",
    async (size, { expect }) => {
      const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 12)) % 251);
      await env.FILES.put("object", bytes, { httpMetadata: { contentType: "text/csv" } });
      const read = await readObject(env.FILES, "object", size);

      expect(read?.contentType).toBe("text/csv");
      expect(read?.bytes.length).toBe(size);
      expect(bytes.every((byte, at) => byte === read?.bytes[at])).toBe(true);
    },
  );

  it("that is missing, or deleted meanwhile, is nothing", async ({ expect }) => {
    await env.FILES.put("deleted", new Uint8Array(5 * MEBIBYTE));
    const reading = readObject(env.FILES, "deleted", 5 * MEBIBYTE);
    await env.FILES.delete("deleted");

    expect(await reading).toBe(null);
    expect(await readObject(env.FILES, "missing", 1)).toBe(null);
  });
});
