import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import type { Call } from "../call.ts";

const CHECKS = fileURLToPath(new URL("checks.py", import.meta.url));
const NAMES = [
  "responses.create",
  "responses.stream",
  "responses.parse",
  "conversations",
  "chat.completions.create",
  "chat.completions.create(stream=True)",
  "vector_stores, files",
  "embeddings, models",
];

/**
 * Makes the test calls of the package `openai` for Python. `interpreter` is the path of a Python that has the package.
 */
export const pythonCalls = (interpreter: string): readonly Call[] =>
  NAMES.map((name) => ({
    name,
    run: async ({ apiKey, storeId }) => {
      const env = { ...process.env, EDGEWISE_API_KEY: apiKey, EDGEWISE_STORE: storeId };
      await promisify(execFile)(interpreter, [CHECKS, name], { env });
    },
  }));
