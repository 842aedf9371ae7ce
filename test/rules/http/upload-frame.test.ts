import { describe, it } from "vitest";

import { FILE_BYTES_MAX } from "../../../src/knowledge/file.ts";

/** Bytes of a request's body that the platform accepts on most plans. */
const BODY_BYTES_MAX = 100_000_000;

describe("the largest file", () => {
  it("fits a body of the platform, with the frame of its form", async ({ expect }) => {
    const form = new FormData();
    form.set("purpose", "user_data");
    form.set("expires_after[anchor]", "created_at");
    form.set("expires_after[seconds]", "2592000");
    // A name has at most 1,000 characters of three bytes, and each may be escaped.
    form.set("file", new File(["x"], "名".repeat(1_000), { type: "application/octet-stream" }));
    const frame = (await new Response(form).arrayBuffer()).byteLength - 1;

    expect(frame).toBeGreaterThan(3_000);
    // Clients differ in their frames; ten times this one has room as well.
    expect(FILE_BYTES_MAX + 10 * frame).toBeLessThanOrEqual(BODY_BYTES_MAX);
  });
});
