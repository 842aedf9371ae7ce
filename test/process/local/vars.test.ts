import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, it } from "vitest";

import { writeVars } from "../../../scripts/local/state-folder.ts";

const SECRETS = { adminKey: "admin", secretsKey: "secret" };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "edgewise-vars-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (environment: Record<string, string>) =>
  readFileSync(writeVars(folder, SECRETS, environment), "utf8");

describe("the variables of npm run dev", () => {
  it("let pages of all origins call the API, unless the environment names some", ({ expect }) => {
    const origin = "https://app.example.com";

    expect(write({})).toContain("CORS_ORIGINS='*'");
    expect(write({ CORS_ORIGINS: origin })).toContain(`CORS_ORIGINS='${origin}'`);
    expect(write({ CORS_ORIGINS: origin })).not.toContain("'*'");
  });
});
