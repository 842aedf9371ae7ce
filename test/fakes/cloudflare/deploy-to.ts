import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

import type { FakeCloudflare } from "./server.ts";

/** The token of the operator. No output may have it. */
export const TOKEN = "token-of-the-operator-0123456789";

/** An ended command, with all that it printed. */
export type Run = { readonly code: number | null; readonly output: string };

/** Returns the variables of an operator of the fake account. Wrangler leaves its files in `home`. */
export const operatorEnvironment = (
  { apiUrl, accountId }: Pick<FakeCloudflare, "apiUrl" | "accountId">,
  home: string,
): NodeJS.ProcessEnv => ({
  ...process.env,
  ADMIN_KEY: "",
  SECRETS_KEY: "",
  LLM_API_KEY: "",
  HOME: home,
  TMPDIR: home,
  XDG_CONFIG_HOME: join(home, ".config"),
  NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache"),
  CLOUDFLARE_API_BASE_URL: apiUrl,
  CLOUDFLARE_API_TOKEN: TOKEN,
  CLOUDFLARE_ACCOUNT_ID: accountId,
});

/** A running `npm run deploy`. */
export type Running = {
  readonly ended: Promise<Run>;
  /** Sends a signal to the command alone. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** Kills the command and the commands that it runs. */
  readonly killAll: () => void;
};

/** Starts `npm run deploy` against a fake account, with the variables of its operator. */
export function startDeploying(
  fake: FakeCloudflare,
  flags: readonly string[],
  environment: NodeJS.ProcessEnv,
): Running {
  const name = flags.find((flag) => flag.startsWith("--name="))?.slice("--name=".length);
  const url = fake.workerUrl(name ?? "edgewise");
  const child = spawn(process.execPath, ["scripts/deploy.ts", `--url=${url}`, ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
    env: environment,
    // The leader of a group of processes, which can be killed as a whole.
    detached: true,
  });
  return {
    ended: readRun(child),
    signal: (signal) => child.kill(signal),
    killAll: () => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    },
  };
}

/** Reads what a process prints until it ends. */
export async function readRun(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Run> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, "close");
  return { code, output };
}
