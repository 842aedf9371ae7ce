/**
 * `npm run test:clients`: runs the client packages of `clients/` against a service with the built-in model and a
 * scripted LLM, both on this machine. Installs the packages first.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { startOpenAiServer } from "../test/fakes/openai-server.ts";
import { readCommandLine } from "./local/command-line.ts";
import { freePort } from "./local/port.ts";
import { startService } from "./local/service.ts";
import { TEST_CLIENTS } from "./local/test-commands.ts";

const only = readCommandLine(TEST_CLIENTS, ({ values }) => values.get("only") ?? "");
const clients = fileURLToPath(new URL("../clients", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "edgewise-clients-"));
await run("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
await run("tsc", ["-p", "."]);
const python = await installPython();
const llm = await startOpenAiServer();
const service = await startService({
  folder,
  port: await freePort(),
  output: "file",
  vars: { LLM_BASE_URL: llm.url, LLM_MODEL: "scripted" },
});
let code = 1;
try {
  code = await runProgram(process.execPath, ["main.ts"], {
    EDGEWISE_URL: service.url,
    EDGEWISE_ONLY: only,
    EDGEWISE_ADMIN_KEY: service.secrets.adminKey,
    ...(python && { EDGEWISE_PYTHON: python }),
  });
} finally {
  await service.stop();
  llm.stop();
}
if (code === 0) rmSync(folder, { recursive: true, force: true });
else console.log(`The state and the log of the service are kept in ${folder}.`);
process.exit(code);

/** Installs `openai` for Python beside the state; null where there is no Python or no registry of its packages. */
async function installPython(): Promise<string | null> {
  const environment = join(folder, "python");
  const interpreter = join(environment, "bin", "python");
  const requirements = ["-r", "python/requirements.txt", "-qqq", "--disable-pip-version-check"];
  const made = await runProgram("python3", ["-m", "venv", environment], {}).catch(() => 1);
  if (made !== 0) return null;
  const installed = await runProgram(interpreter, ["-m", "pip", "install", ...requirements], {});
  return installed === 0 ? interpreter : null;
}

async function run(program: string, args: string[]): Promise<void> {
  const ended = await runProgram(program, args, {});
  if (ended !== 0) throw new Error(`${program} ${args.join(" ")} ended with code ${ended}.`);
}

/** Runs a program in the folder of the clients and returns its exit code. */
async function runProgram(
  program: string,
  args: string[],
  env: Record<string, string>,
): Promise<number> {
  const child = spawn(program, args, {
    cwd: clients,
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  const [ended] = await once(child, "exit");
  return typeof ended === "number" ? ended : 1;
}
