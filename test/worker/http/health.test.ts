import { exports } from "cloudflare:workers";
import { describe, it } from "vitest";

describe("GET /health", () => {
  it("answers without a key when the service is ready", async ({ expect }) => {
    const response = await exports.default.fetch("https://edgewise.test/health");

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ok" });
  });
});
