import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { type Check, checkAgainst } from "../../official/check-against.ts";

const FILE = fileURLToPath(
  new URL("../../../../shared/openai/openapi-subset.json", import.meta.url).href,
);

/**
 * Returns a check against OpenAI's published schemas, which are not part of this repository. Returns null, and
 * prints a notice, where they are missing. An event is selected by its type.
 */
export function officialSchemas(): Check | null {
  if (!existsSync(FILE)) {
    console.warn(`The official schemas are not at ${FILE}: checks against them are skipped`);
    return null;
  }
  return checkAgainst(readFileSync(FILE, "utf8"));
}
