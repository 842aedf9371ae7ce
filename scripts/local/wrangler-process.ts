import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const STOP_TIMEOUT_MS = 5_000;
export const LOG_FILE = "service.log";

export type WranglerOptions = {
  /** The state folder: what is in it survives every end of the service. */
  readonly folder: string;
  readonly port: number;
  readonly ip?: string;
  readonly wranglerFlags?: readonly string[];
  /** Variables of the Worker beside those of our environment, and before them. */
  readonly vars?: Readonly<Record<string, string>>;
  /**
   * Where lines of wrangler and of the Worker go: to `service.log` in the folder, errors only; or to one of these, by the
   * output that they were written to.
   */
  readonly output:
    | "file"
    | { stdout(this: void, line: string): void; stderr(this: void, line: string): void };
};

/** One `wrangler dev` with its workerd processes, as a process group that ends as a whole. */
export type WranglerProcess = {
  readonly groupId: number;
  /** Settles with the exit code when the group's leader has ended, whoever ended it. */
  readonly ended: Promise<number>;
  readonly stop: () => Promise<void>;
};

export function spawnWrangler(options: WranglerOptions, varsFile: string): WranglerProcess {
  const { folder, port, ip, wranglerFlags = [] } = options;
  const passes = (flag: string) => wranglerFlags.some((given) => given.split("=")[0] === flag);
  const { output } = options;
  const log = output === "file" ? openSync(join(folder, LOG_FILE), "a") : "pipe";
  const wrangler = createRequire(import.meta.url).resolve("wrangler/package.json");
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL("guard.ts", import.meta.url)),
      join(wrangler, "../bin/wrangler.js"),
      "dev",
      `--port=${port}`,
      `--persist-to=${folder}`,
      `--env-file=${varsFile}`,
      "--show-interactive-dev-session=false",
      ...(ip === undefined ? [] : [`--ip=${ip}`]),
      ...(passes("--inspector-port") ? [] : ["--inspector-port=0"]),
      // The Worker's own lines below an error come with "info" only, together with wrangler's.
      ...(passes("--log-level") ? [] : [`--log-level=${output === "file" ? "error" : "info"}`]),
      ...wranglerFlags,
    ],
    {
      detached: true,
      // The guard ends the group when this pipe closes; see guard.ts.
      stdio: ["pipe", log, log],
      env: {
        ...process.env,
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        WRANGLER_HIDE_BANNER: "true",
        WRANGLER_SEND_METRICS: "false",
        // Without wrangler's local tracing the same machine serves about twice the requests.
        X_LOCAL_OBSERVABILITY: "false",
        X_LOCAL_EXPLORER: "false",
      },
    },
  );
  if (output !== "file") {
    eachLine(child.stdout, output.stdout);
    eachLine(child.stderr, output.stderr);
  }
  const groupId = child.pid;
  if (groupId === undefined) throw new Error("wrangler dev could not be started.");
  const ended = new Promise<number>((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
  return { groupId, ended, stop: () => stopGroup(groupId, ended) };
}

function eachLine(stream: Readable | null, take: (line: string) => void): void {
  if (stream) createInterface({ input: stream, crlfDelay: Infinity }).on("line", take);
}

async function stopGroup(groupId: number, ended: Promise<number>): Promise<void> {
  signalGroup(groupId, "SIGTERM");
  await Promise.race([ended, wait(STOP_TIMEOUT_MS, undefined, { ref: false })]);
  signalGroup(groupId, "SIGKILL");
  await ended;
}

function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch {
    // The group has ended already.
  }
}
