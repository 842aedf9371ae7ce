import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { TestProject } from "vitest/node";

/**
 * Provides the descriptions of OpenAI and of Open Responses to tests in workerd, which cannot read files; null where a
 * file does not exist.
 */
export default function setup(project: TestProject): void {
  project.provide("openAiDescription", readDescription("openai/openapi-subset.json"));
  project.provide("openResponsesDescription", readDescription("openresponses/openapi.json"));
}

/** Reads a description that lies beside this repository; null if it does not exist. */
export function readDescription(path: string): string | null {
  const file = fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url).href);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}
