import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import {
  readPageCommands,
  TRIED_HEADINGS,
  writeTrialSecrets,
} from "../../../scripts/deploy-trials/page.ts";
import { SHORT_TRIAL } from "../../../scripts/deploy-trials/short.ts";
import { inTheatre } from "../../../scripts/deploy-trials/theatre.ts";
import { buildSite } from "../../../scripts/site/build-site.ts";

/** The trial runs about 34 wrangler commands of a second each; a busy machine takes many times as long. */
const TIMEOUT_MS = 300_000;

/** The commands of docs/deploy.md that no trial runs as they stand there. */
const UNTRIED = [
  "npm ci", // CI begins with it.
  "npx wrangler login", // It needs a browser; the trials log in with a token.
  "npm run deploy", // The trials run it with an address, since the fake is no workers.dev.
];

describe("npm run deploy", () => {
  // `npm run test:deploy` has all trials; this is its short form.
  it(
    "completes the account when the upload and a migration lost the connection",
    async () => {
      await buildSite();

      await expect(inTheatre(SHORT_TRIAL.run)).resolves.toBeUndefined();
    },
    TIMEOUT_MS,
  );
});

describe("docs/deploy.md", () => {
  it("shows only commands that a trial runs, besides three", () => {
    const commands = readPageCommands(readFileSync("docs/deploy.md", "utf8"));
    const untried = commands.filter(({ heading }) => !TRIED_HEADINGS.includes(heading));

    expect(new Set(commands.map(({ heading }) => heading))).toEqual(
      new Set(["From nothing to an answer", ...TRIED_HEADINGS]),
    );
    expect(untried.map(({ command }) => command)).toEqual(UNTRIED);
  });

  it("is tried without a loss of the secrets that an operator wrote as it says", () => {
    const folder = mkdtempSync(join(tmpdir(), "edgewise-page-"));
    const path = join(folder, "secrets.json");
    try {
      writeTrialSecrets(path);
      // Those of a trial are replaced.
      writeTrialSecrets(path);
      writeFileSync(path, '{"ADMIN_KEY":"of an operator"}');

      expect(() => writeTrialSecrets(path)).toThrow("would overwrite your secrets");
      expect(readFileSync(path, "utf8")).toBe('{"ADMIN_KEY":"of an operator"}');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
