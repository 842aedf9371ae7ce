import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { writeDevConfig } from "./dev-config.ts";
import { withoutForwarded } from "./state-folder.ts";

/** Secrets that wrangler.toml does not require. */
const OPTIONAL_SECRETS = ["LLM_API_KEY", "SECRETS_KEY_PREVIOUS", "RECOVERY"];
/**
 * Local queues deliver one batch at a time. With this flag, a consumer goes on with its work after it has returned.
 * Not in wrangler.toml, since Cloudflare's queues deliver many.
 */
const LOCAL_QUEUES = [
  "--compatibility-flags=queue_consumer_no_wait_for_wait_until",
  "--var=LOCAL:1",
];
/** All objects share one thread here, so copies of search shards win nothing. */
const FOLLOWERS = { name: "SEARCH_FOLLOWERS_MAX", flag: "--var=SEARCH_FOLLOWERS_MAX:0" };
const STOP_TIMEOUT_MS = 5_000;
/** Name of the log file of a service with `output: "file"`, in its state folder. */
export const LOG_FILE = "service.log";

/** The settings of a `wrangler dev` process. */
export type WranglerOptions = {
  /** The state folder, which is kept when the service ends. */
  readonly folder: string;
  readonly port: number;
  readonly ip?: string;
  readonly wranglerFlags?: readonly string[];
  /** Variables of the Worker. They take precedence over the environment. */
  readonly vars?: Readonly<Record<string, string>>;
  /**
   * The destination of the output of wrangler and the Worker: the file `service.log` in the folder for errors, or two
   * callbacks for all lines of standard output and of standard error.
   */
  readonly output:
    | "file"
    | { stdout(this: void, line: string): void; stderr(this: void, line: string): void };
};

/** A `wrangler dev` process with its workerd processes: a process group that is ended as a whole. */
export type WranglerProcess = {
  readonly groupId: number;
  /** Resolves with the exit code when wrangler has ended. */
  readonly ended: Promise<number>;
  readonly stop: () => Promise<void>;
};

/**
 * Starts `wrangler dev` in its own process group. A guard process in that group kills the group if the calling process
 * dies, even by SIGKILL.
 */
export function spawnWrangler(options: WranglerOptions, varsFile: string): WranglerProcess {
  const { folder, port, ip, wranglerFlags = [] } = options;
  const passes = (flag: string) => wranglerFlags.some((given) => given.split("=")[0] === flag);
  const { output } = options;
  const log = output === "file" ? openSync(join(folder, LOG_FILE), "a") : "pipe";
  const secrets = OPTIONAL_SECRETS.filter((name) => process.env[name] ?? options.vars?.[name]);
  const config = passes("--config") ? null : writeDevConfig(port, secrets);
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
      ...(config === null ? [] : [`--config=${config.path}`]),
      "--show-interactive-dev-session=false",
      ...LOCAL_QUEUES,
      ...((process.env[FOLLOWERS.name] ?? options.vars?.[FOLLOWERS.name]) ? [] : [FOLLOWERS.flag]),
      ...(ip === undefined ? [] : [`--ip=${ip}`]),
      ...(passes("--inspector-port") ? [] : ["--inspector-port=0"]),
      // The Worker's lines below errors are printed with "info" only, together with wrangler's.
      ...(passes("--log-level") ? [] : [`--log-level=${output === "file" ? "error" : "info"}`]),
      ...wranglerFlags,
    ],
    {
      detached: true,
      // The guard ends the group when this pipe closes; see guard.ts.
      stdio: ["pipe", log, log],
      env: {
        // wrangler would prefer the environment's variables to those of the file.
        ...withoutForwarded(process.env),
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        WRANGLER_HIDE_BANNER: "true",
        WRANGLER_SEND_METRICS: "false",
        // Without wrangler's local tracing, a machine serves about twice as many requests.
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
  const ended = new Promise<number>((resolve) => {
    child.on("exit", (code) => {
      config?.remove();
      resolve(code ?? 1);
    });
  });
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
