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
  readonly stop: () => Promise<void>;
};

/** Starts `npm run dev` on a free port and a new state, as a newcomer does. Other variables may name a model. */
export async function startDev(variables: Readonly<Record<string, string>>): Promise<DevService> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-console-"));
  const port = await freePort();
  const child = spawn(process.execPath, [DEV, `--port=${port}`, `--persist-to=${folder}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", LOG_LEVEL: "error", ...variables },
  });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await readWelcome(child)), url: `http://localhost:${port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
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
