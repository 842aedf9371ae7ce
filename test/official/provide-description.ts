import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

import type { TestProject } from "vitest/node";

import { listen } from "../../scripts/local/listen.ts";

/** The published API descriptions, by the path below the folder beside this repository. */
export type DescriptionPath = "openai/openapi-subset.json" | "openresponses/openapi.json";

/**
 * Vitest's global setup: serves the published API descriptions to tests in workerd, which cannot read files. They are
 * not provided themselves, since what is provided is sent with each test file, and they have a megabyte.
 */
export default async function setup(project: TestProject) {
  const server = createServer(({ url = "/" }, res) => {
    const description = readDescription(url.slice(1));
    res.writeHead(description === null ? 404 : 200).end(description);
  });
  const port = await listen(server);
  project.provide("officialDescriptions", `http://127.0.0.1:${port}/`);
  return () => {
    server.closeAllConnections();
    server.close();
  };
}

/** Reads an API description from a file outside of this repository; null if it does not exist. */
export function readDescription(path: string): string | null {
  const file = fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url).href);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}
