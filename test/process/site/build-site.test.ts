import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { buildSite } from "../../../scripts/site/build-site.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "edgewise-site-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const page = () => readFileSync(join(folder, "docs.html"), "utf8");
const addresses = () => Array.from(page().matchAll(/(?:href|src)="([^"#]+)"/g), ([, path]) => path);

/** Lists files and folders with the times of their last writes, which restart a workerd that serves the folder. */
const writes = () =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .toSorted()
    .map((path) => [path, statSync(join(folder, path)).mtimeMs]);

describe("buildSite", () => {
  it("writes nothing when it is called again", async () => {
    await buildSite(folder);
    const first = writes();
    await buildSite(folder);

    expect(writes()).toEqual(first);
  });

  it("repairs a truncated file and removes files that are not part of the site", async () => {
    await buildSite(folder);
    const whole = page();
    writeFileSync(join(folder, "docs.html"), whole.slice(0, 100));
    writeFileSync(join(folder, "assets/docs-000000000000.js"), "old");
    await buildSite(folder);

    expect(page()).toBe(whole);
    expect(readdirSync(join(folder, "assets"))).not.toContain("docs-000000000000.js");
  });

  it("makes a page that loads only files of the site, each with a hash in its name", async () => {
    await buildSite(folder);
    const loaded = addresses().filter((path) => path?.startsWith("/assets/"));

    expect(addresses().filter((path) => !path?.startsWith("/"))).toEqual([]);
    expect(loaded).toHaveLength(3);
    for (const path of loaded) {
      expect(path).toMatch(/-[0-9a-f]{12}\.(?:js|css)$/);
      expect(statSync(join(folder, path ?? "")).size).toBeGreaterThan(0);
    }
  });
});
