import { afterAll, describe, expect, it, vi } from "vitest";

import { startConsoleServer } from "../../../scripts/local/console-server.ts";
import { CONSOLE_POLICY } from "../../../scripts/site/headers-file.ts";

const KEYS = { apiKey: "sk-ew-project", adminKey: "admin" };
const errors: string[] = [];
const server = await startConsoleServer((error) => void errors.push(error));
afterAll(server.close);

const redeem = (token: string) =>
  fetch(`${server.url}/redeem`, { method: "POST", body: token }).then(async (response) => ({
    status: response.status,
    text: await response.text(),
  }));
const GONE = { status: 404, text: "" };

describe("a sign-in link of npm run dev", () => {
  it("signs in once", async () => {
    const token = server.createToken(KEYS);

    expect(await redeem(token)).toEqual({ status: 200, text: JSON.stringify(KEYS) });
    expect(await redeem(token)).toEqual(GONE);
    expect(await redeem("another")).toEqual(GONE);
  });

  it("signs in for five minutes", async () => {
    const [early, late] = [server.createToken(KEYS), server.createToken(KEYS)];
    const now = Date.now();
    vi.useFakeTimers({ now: now + 299_000, toFake: ["Date"] });
    try {
      expect(await redeem(early)).toMatchObject({ status: 200 });
      vi.setSystemTime(now + 300_001);
      expect(await redeem(late)).toEqual(GONE);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("the console while it is developed", () => {
  it("has the policy of the deployed one", async () => {
    const page = await fetch(`${server.url}/console/`);

    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toBe(CONSOLE_POLICY);
    expect(await page.text()).toContain('id="app"');
    expect(errors).toEqual([]);
  });
});
