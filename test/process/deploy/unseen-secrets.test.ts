import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, it } from "vitest";

import { UnseenSecrets } from "../../../scripts/deploy/secrets.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "edgewise-unseen-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the secrets that nobody has seen", () => {
  it("are replaced as a whole, so that a kill leaves the old or the new file", ({ expect }) => {
    const unseen = new UnseenSecrets(folder, "account.edgewise");
    const generated = unseen.generate(["ADMIN_KEY"], {}, () => "made");
    const before = join(folder, "before");
    linkSync(join(folder, "account.edgewise.json"), before);

    unseen.expectFirstKeyOf("proj_1");

    expect(JSON.parse(readFileSync(before, "utf8"))).toEqual(generated);
    expect(unseen.hasFirstKeyOf("proj_1")).toBe(true);
    expect(unseen.generate([], {}, () => "another")).toEqual(generated);
  });

  it("leave no draft of a killed process", ({ expect }) => {
    // No process has an id above the highest one that Linux and macOS give.
    writeFileSync(join(folder, "account.edgewise.json.99999999"), "{}");

    new UnseenSecrets(folder, "account.edgewise").expectFirstKeyOf("proj_1");

    expect(readdirSync(folder)).toEqual(["account.edgewise.json"]);
  });
});
