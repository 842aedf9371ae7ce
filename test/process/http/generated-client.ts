import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { build } from "esbuild";
import { generate } from "orval";
import { z } from "zod";

import { USER_PROGRAM } from "./user-program.ts";

/** The program is a module that only its own compiler run knows. */
const Program = z.object({
  askHandbook: z.function({ input: [z.string(), z.string(), z.string()] }),
  refusalOf: z.function({ input: [z.string(), z.string()] }),
});

/** Generates a client from the description that a service serves, and puts the program of a user beside it. */
export async function generateClient(url: string, folder: string): Promise<void> {
  const response = await fetch(`${url}/openapi.json`);
  const description = await response.text();
  const descriptionFile = join(folder, "openapi.json");
  writeFileSync(descriptionFile, description);
  const target = join(folder, "client.ts");
  const output = { target, client: "fetch", mode: "single", baseUrl: url } as const;
  await generate({ input: { target: descriptionFile }, output }, folder);
  writeFileSync(join(folder, "program.ts"), USER_PROGRAM);
}

/** The compiler's messages about the client and the program; empty when both are right. */
export function checkTypes(folder: string): string {
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

/** Compiles the program and imports it. */
export async function loadProgram(folder: string): Promise<z.infer<typeof Program>> {
  const outfile = join(folder, "program.mjs");
  await build({ entryPoints: [join(folder, "program.ts")], outfile, bundle: true, format: "esm" });
  const program: unknown = await import(pathToFileURL(outfile).href);
  return Program.parse(program);
}
