import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { TestProject } from "vitest/node";

/**
 * Vitest's global setup: provides the API descriptions of OpenAI and of Open Responses to tests in workerd, which
 * cannot read files. A description is null if its file does not exist.
 */
export default function setup(project: TestProject): void {
  project.provide("openAiDescription", readDescription("openai/openapi-subset.json"));
  project.provide("openResponsesDescription", readDescription("openresponses/openapi.json"));
}

/** Reads an API description from a file outside of this repository; null if it does not exist. */
export function readDescription(path: string): string | null {
  const file = fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url).href);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}
