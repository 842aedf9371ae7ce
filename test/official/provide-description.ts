import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { TestProject } from "vitest/node";

const FILE = fileURLToPath(
  new URL("../../../shared/openai/openapi-subset.json", import.meta.url).href,
);

/** Provides OpenAI's description to tests in workerd, which cannot read files; null if the file does not exist. */
export default function setup(project: TestProject): void {
  project.provide("openAiDescription", existsSync(FILE) ? readFileSync(FILE, "utf8") : null);
}
