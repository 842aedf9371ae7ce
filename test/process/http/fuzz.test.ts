import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { fuzzHttp } from "../../../scripts/http-fuzz/fuzz.ts";
import { freePort } from "../../../scripts/local/port.ts";
import { type Service, startService } from "../../../scripts/local/service.ts";

let folder: string;
let service: Service;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "edgewise-http-fuzz-"));
  service = await startService({ folder, port: await freePort(), output: "file" });
});
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** The short form of `npm run fuzz:http`, with the same requests each time. */
describe("mutated requests to every operation", () => {
  it(
    "are answered in the shape of errors, and never by a failure",
    { timeout: 120_000 },
    async () => {
      const report = await fuzzHttp({ service, seed: "tests", requests: 400, only: "" });

      expect(report.findings).toEqual([]);
      expect(report.operations).toBeGreaterThan(70);
      // Many requests get past the checks.
      expect(report.statuses.get("200")).toBeGreaterThan(60);
    },
  );
});
