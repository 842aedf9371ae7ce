import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { freePort } from "../local/port.ts";

const DEV = fileURLToPath(new URL("../dev.ts", import.meta.url));
const START_MS = 120_000;

/** An `npm run dev` that runs for a test: what it has printed for its user. */
export type DevService = {
  readonly url: string;
  /** The link to the console, which signs in once. */
  readonly link: string;
  readonly apiKey: string;
  readonly adminKey: string;
  /**
   * Ends the process, and starts another one with the same port and state. The keys and the sessions stay.
   * `whileStopped` gets the state folder.
   */
  readonly restart: (whileStopped?: (folder: string) => void) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Starts `npm run dev` on a free port and a new state, as a newcomer does. Other variables may name a model. */
export async function startDev(variables: Readonly<Record<string, string>>): Promise<DevService> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-console-"));
  const port = await freePort();
  const env = { ...process.env, NO_COLOR: "1", LOG_LEVEL: "error", ...variables };
  let running = launch(port, folder, env);
  const stop = async () => {
    await running.end();
    rmSync(folder, { recursive: true, force: true });
  };
  const restart = async (whileStopped: (folder: string) => void = () => {}) => {
    await running.end();
    whileStopped(folder);
    running = launch(port, folder, env);
    await readWelcome(running.child);
  };
  try {
    const welcome = await readWelcome(running.child);
    return { ...welcome, url: `http://localhost:${port}`, restart, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function launch(port: number, folder: string, env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [DEV, `--port=${port}`, `--persist-to=${folder}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  const end = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { child, end };
}

async function readWelcome(
  child: ChildProcess,
): Promise<Pick<DevService, "link" | "apiKey" | "adminKey">> {
  const printed: string[] = [];
  const find = (pattern: RegExp) => pattern.exec(printed.join("\n"))?.[1];
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail("did not start in time"), START_MS);
    const fail = (reason: string) => {
      clearTimeout(timer);
      reject(new Error(`npm run dev ${reason}:\n${printed.join("\n")}`));
    };
    const take = (line: string) => {
      printed.push(line);
      const [link, apiKey] = [find(/(http\S+#sign-in=\S+)/), find(/^ *API key +(\S+)$/m)];
      const adminKey = find(/^ *Admin key +(\S+)$/m);
      if (link === undefined || apiKey === undefined || adminKey === undefined) return;
      clearTimeout(timer);
      resolve({ link, apiKey, adminKey });
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", take);
    }
    child.on("exit", () => fail("ended early"));
  });
}
