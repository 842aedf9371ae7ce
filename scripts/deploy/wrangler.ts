import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

import { withCleanup } from "./cleanup.ts";

/** An end of the deployment that the operator can act on. The message says what is wrong and what to do. */
export class DeployError extends Error {}

/** The end of a wrangler command. */
export type Ended = {
  readonly code: number;
  /** Its output, without colours. */
  readonly stdout: string;
  readonly stderr: string;
  /** Its results in wrangler's form, a line of JSON each. */
  readonly results: string;
};

/** Runs a wrangler command to its end. */
export type RunWrangler = (args: readonly string[]) => Promise<Ended>;

const WRANGLER = join(
  createRequire(import.meta.url).resolve("wrangler/package.json"),
  "../bin/wrangler.js",
);

/** Where Node keeps wrangler's compiled code, which spares a fifth of the time of each command. */
const COMPILE_CACHE = join(tmpdir(), "node-compile-cache");

/**
 * Returns a function that runs wrangler commands without questions. `CI` also keeps wrangler from writing ids into
 * wrangler.toml, which would lose its comments.
 */
export const wranglerWith =
  (environment: NodeJS.ProcessEnv): RunWrangler =>
  async (args) => {
    const folder = mkdtempSync(join(tmpdir(), "edgewise-wrangler-"));
    const results = join(folder, "results.ndjson");
    const remove = () => rmSync(folder, { recursive: true, force: true });
    return await withCleanup(remove, async () => {
      const child = spawn(process.execPath, [WRANGLER, ...args], {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          NODE_COMPILE_CACHE: COMPILE_CACHE,
          ...environment,
          CI: "1",
          WRANGLER_HIDE_BANNER: "true",
          WRANGLER_SEND_METRICS: "false",
          WRANGLER_OUTPUT_FILE_PATH: results,
          NO_COLOR: "1",
        },
      });
      const ended = await withCleanup(
        () => child.kill(),
        () => readToEnd(child),
      );
      return { ...ended, results: existsSync(results) ? readFileSync(results, "utf8") : "" };
    });
  };

async function readToEnd(child: ChildProcessByStdio<null, Readable, Readable>) {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const [code] = await once(child, "close");
  return {
    code: typeof code === "number" ? code : 1,
    stdout: stripVTControlCharacters(output.stdout),
    stderr: stripVTControlCharacters(output.stderr),
  };
}

/** Returns what a command printed, or throws a `DeployError` that begins with `task`, such as "listing databases". */
export function readOutput(task: string, { code, stdout, stderr }: Ended): string {
  if (code === 0) return stdout;
  const printed = `${stdout}\n${stderr}`;
  const advice = ADVICE.find(([pattern]) => pattern.test(printed))?.[1] ?? GO_ON;
  throw new DeployError(`${task} failed: ${findReason(printed)}\n${advice}`);
}

/** Reads the JSON that a command printed. */
export function readJson(task: string, ended: Ended): unknown {
  const text = readOutput(task, ended);
  const start = text.search(/^[[{]/m);
  try {
    return JSON.parse(text.slice(Math.max(0, start)));
  } catch {
    throw new DeployError(`${task} failed: wrangler printed no JSON.\n${text.slice(0, 500)}`);
  }
}

const UNREACHABLE =
  /fetch failed|other side closed|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|UND_ERR|socket hang up/;

/** Returns true if a command failed because Cloudflare could not be reached. */
export const isUnreachable = ({ code, stdout, stderr }: Ended) =>
  code !== 0 && UNREACHABLE.test(stdout + stderr);

const GO_ON = "What was done until now stays; run the command again to go on.";

/** Advice about the failures that operators meet, by a word of wrangler's output. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /code: (?:10000|9109|10001)\b|Authentication error|not authorized/i,
    "The login may not do this. Give the token the permissions that docs/deploy.md lists, or log in again: npx wrangler login",
  ],
  [UNREACHABLE, `Cloudflare could not be reached. ${GO_ON}`],
  [
    /code: 7404/,
    'The Worker is bound to a database that was deleted. If nothing of the deployment is needed any more, delete the Worker, with which the data of its objects goes, by the first three commands below "Remove everything" in docs/deploy.md (npx wrangler delete is one of them), and run the command again, which binds a new database.',
  ],
  [
    /code: 11004/,
    "A queue of this name has a consumer that is not this Worker. Remove it (npx wrangler queues consumer remove QUEUE WORKER), or deploy under another name: npm run deploy -- --name NAME",
  ],
  [
    /workers\.dev subdomain/,
    "Register a workers.dev subdomain in the dashboard (Workers & Pages), or add a route to wrangler.toml.",
  ],
  [
    /code: 10027|exceeded the size limit|script_too_large/i,
    "The account's plan takes only smaller Workers. docs/deploy.md says what each plan allows.",
  ],
  [
    /paid plan|upgrade your (?:account|plan)|code: 10063/i,
    "The account's plan does not have this product. docs/deploy.md says what each plan allows.",
  ],
];

/** Finds the words of an error in wrangler's output. */
function findReason(printed: string): string {
  const lines = printed.split("\n").map((line) => line.trim());
  const at = lines.findIndex((line) => /^(?:✘|X) \[ERROR\]/.test(line));
  const rest = at < 0 ? lines : lines.slice(at);
  const words = rest
    .filter((line) => line !== "" && !/please open an issue|Logs were written|^🪵|^─+$/.test(line))
    .slice(0, 4)
    .join(" ")
    .replace(/^(?:✘|X) \[ERROR\]\s*/, "");
  return words.slice(0, 600) || "wrangler said nothing.";
}
