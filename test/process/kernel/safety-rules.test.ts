import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, it } from "vitest";

import { bundleWorker } from "../../../scripts/bundle/bundle-worker.ts";
import { HARNESS_ENTRY } from "../../../scripts/crash-fuzz/harness-process.ts";
import { SAFETY_RULES, withoutRule } from "../../../scripts/crash-fuzz/mutate.ts";
import { play, SCENARIOS } from "./scenarios.ts";

const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-rule-"));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

let whole: string;
beforeAll(async () => {
  whole = await bundleWorker(HARNESS_ENTRY);
});

// One after the other: beside each other, the processes are too slow for the leases of 0.3 s.
describe.each(SAFETY_RULES)("the rule that %s", (rule) => {
  it("keeps the run safe", async ({ expect }) => {
    const outcome = await play(rule, { module: whole, folder: newFolder(), isKept: true });

    expect(outcome).toBe(SCENARIOS[rule].kept);
  });

  it("is necessary: without it, the run is not safe", async ({ expect }) => {
    const module = await bundleWorker(HARNESS_ENTRY, [withoutRule(rule)]);
    const outcome = await play(rule, { module, folder: newFolder(), isKept: false });

    expect(outcome).toBe(SCENARIOS[rule].broken);
  });
});
