import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { TOKEN } from "../../test/fakes/cloudflare/deploy-to.ts";
import { Recordings } from "./recordings.ts";

/** The things that all trials share. */
export type Theatre = {
  readonly recordings: Recordings;
  /** The home of the operator, where wrangler leaves its files. */
  readonly home: string;
};

/** The beginning of each generated secret, by which it is found. */
export const SECRET_PREFIX = "secret-of-a-trial-";
/** The folder beside wrangler.toml in which wrangler works. */
const WORK_FOLDER = ".wrangler/tmp";

/** Calls `work` with a new home. Afterwards throws if any file that wrangler left has a secret or the token. */
export async function inTheatre(work: (theatre: Theatre) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "edgewise-home-"));
  try {
    await work({ recordings: new Recordings(), home });
    checkFiles(home, [home, WORK_FOLDER]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function checkFiles(home: string, folders: readonly string[]): void {
  const files = folders.filter((folder) => existsSync(folder)).flatMap(listFiles);
  // wrangler writes a log of each command; without one, the check would look in the wrong place.
  if (!files.some((file) => file.startsWith(home) && file.endsWith(".log"))) {
    throw new Error(`wrangler left no log below ${home}.`);
  }
  for (const file of files) {
    const text = readFileSync(file, "latin1");
    if (text.includes(TOKEN) || text.includes(SECRET_PREFIX)) {
      throw new Error(`wrangler left a secret in ${file}.`);
    }
  }
}

const listFiles = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
