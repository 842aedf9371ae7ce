import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { build } from "esbuild";
import { generate } from "orval";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

import { freePort } from "../../../scripts/local/port.ts";
import { type Service, startService } from "../../../scripts/local/service.ts";
import { USER_PROGRAM } from "./user-program.ts";

const HANDBOOK = `# Handbook

## Annual leave

Employees receive 28 days of annual leave each year.

## Travel

Trains are booked in second class.
`;

/** The program is a module that only its own compiler run knows. */
const Program = z.object({
  askHandbook: z.function({ input: [z.string(), z.string(), z.string()] }),
  refusalOf: z.function({ input: [z.string(), z.string()] }),
});
const Answer = z.object({
  fileId: z.string(),
  text: z.string(),
  citations: z.array(z.unknown()),
});

let folder: string;
let service: Service;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "edgewise-client-"));
  service = await startService({ folder, port: await freePort(), output: "file" });
});
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Generates a client from the description that the service serves, and puts the program of a user beside it. */
async function generateClient(): Promise<void> {
  const response = await fetch(`${service.url}/openapi.json`);
  const description = await response.text();
  const descriptionFile = join(folder, "openapi.json");
  writeFileSync(descriptionFile, description);
  const target = join(folder, "client.ts");
  const output = { target, client: "fetch", mode: "single", baseUrl: service.url } as const;
  await generate({ input: { target: descriptionFile }, output }, folder);
  writeFileSync(join(folder, "program.ts"), USER_PROGRAM);
}

/** The compiler's messages about the client and the program; empty when both are right. */
function checkTypes(): string {
  const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
  const options = {
    strict: true,
    noEmit: true,
    target: "es2024",
    module: "preserve",
    lib: ["es2024", "dom", "dom.iterable"],
    types: [],
    allowImportingTsExtensions: true,
  };
  const project = join(folder, "tsconfig.json");
  writeFileSync(project, JSON.stringify({ compilerOptions: options, files: ["program.ts"] }));
  try {
    return execFileSync(
      process.execPath,
      [join(compiler, "../bin/tsc"), "--project", project, "--pretty", "false"],
      { encoding: "utf8" },
    );
  } catch (error) {
    if (error instanceof Error && "stdout" in error) return String(error.stdout);
    throw error;
  }
}

async function loadProgram(): Promise<z.infer<typeof Program>> {
  const outfile = join(folder, "program.mjs");
  await build({ entryPoints: [join(folder, "program.ts")], outfile, bundle: true, format: "esm" });
  const program: unknown = await import(pathToFileURL(outfile).href);
  return Program.parse(program);
}

describe("a client that a generator makes from the API description", () => {
  it("uploads a file, asks about it and reads the answer with its citation", async () => {
    await generateClient();
    expect(checkTypes()).toBe("");

    const { askHandbook, refusalOf } = await loadProgram();
    const { apiKey } = service.secrets;
    const question = "How many days of annual leave do employees receive?";
    const answer = Answer.parse(await askHandbook(apiKey, HANDBOOK, question));
    const id = "file-01k8v3q7cde4f6g8h0jkmnpqrs";
    const refusal: unknown = await refusalOf(apiKey, id);

    expect(answer.text).toContain("28 days");
    expect(answer.citations).toEqual([
      expect.objectContaining({
        type: "file_citation",
        file_id: answer.fileId,
        filename: "handbook.md",
      }),
    ]);
    expect(refusal).toMatchObject({ status: 404, error: { code: "not_found" } });
  });
});
