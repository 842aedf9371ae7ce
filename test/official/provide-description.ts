import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { TestProject } from "vitest/node";

const FILE = fileURLToPath(
  new URL("../../../shared/openai/openapi-subset.json", import.meta.url).href,
);

/** Hands OpenAI's description to tests in workerd, which cannot read files; null where it is not at hand. */
export default function setup(project: TestProject): void {
  project.provide("openAiDescription", existsSync(FILE) ? readFileSync(FILE, "utf8") : null);
}
