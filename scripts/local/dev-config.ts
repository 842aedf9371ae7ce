import { readFileSync, rmSync, writeFileSync } from "node:fs";

const CONFIG = "wrangler.toml";
const REQUIRED = /^required = \[(.*)\]$/m;

/** A configuration for `wrangler dev`. */
export type DevConfig = {
  readonly path: string;
  readonly remove: () => void;
};

/**
 * Writes a copy of wrangler.toml, beside it, that also declares the optional secrets `names`: where a configuration
 * declares secrets, wrangler 4.155 gives the Worker no other ones. Without names, it is wrangler.toml itself.
 */
export function writeDevConfig(port: number, names: readonly string[]): DevConfig {
  if (names.length === 0) return { path: CONFIG, remove: () => {} };
  const path = `wrangler.dev-${port}.toml`;
  const more = names.map((name) => `, "${name}"`).join("");
  writeFileSync(path, readFileSync(CONFIG, "utf8").replace(REQUIRED, `required = [$1${more}]`));
  return { path, remove: () => rmSync(path, { force: true }) };
}
