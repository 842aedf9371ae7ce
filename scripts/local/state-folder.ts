import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { z } from "zod";

import { newId } from "../../src/ids.ts";
import { STATE_FOLDER_DEFAULT } from "./commands.ts";
import type { Given } from "./flags.ts";
import { writeOwnerOnly } from "./owner-only.ts";

/** The secrets of a local service. Their plain text exists only in one file that only its owner can read. */
const DevelopmentSecrets = z.strictObject({
  projectId: z.templateLiteral(["proj_", z.string()]),
  apiKeyId: z.templateLiteral(["key_", z.string()]),
  apiKey: z.string(),
  adminKey: z.string(),
  /** Encrypts the secrets of projects. Older state folders get one at their next use. */
  secretsKey: z.string().default(() => randomBytes(24).toString("base64url")),
});
/**
 * The generated keys of a local service: the API key of the development project, the admin key and the encryption key.
 */
export type DevelopmentSecrets = z.infer<typeof DevelopmentSecrets>;

const SECRETS_FILE = "development.json";
const VARS_FILE = "service.env";
const LOCK_FILE = "service.lock";

/** The environment variables that `npm run dev` passes to the Worker. */
const FORWARDED = [
  "LLM_BASE_URL",
  "LLM_API_KEY",
  "LLM_MODEL",
  "EMBEDDING_MODEL",
  "ADMIN_KEY",
  "SECRETS_KEY",
  "SECRETS_KEY_PREVIOUS",
  "RECOVERY",
  "HTTP_DNS_URL",
  "CORS_ORIGINS",
  "ACCESS_TEAM_URL",
  "ACCESS_AUD",
  "ACCESS_PROJECTS",
  "CONSOLE_URL",
  "LOG_LEVEL",
  "JURISDICTION",
];

/** Returns the folder for the service's state: the value of `--persist-to`, or the default. */
export function stateFolder({ values }: Pick<Given, "values">): string {
  return resolve(values.get("persist-to") ?? STATE_FOLDER_DEFAULT);
}

/** Returns the environment variables that are passed to the Worker. An empty variable counts as not set. */
export function forwardedVars(environment = process.env): Map<string, string> {
  const vars = new Map<string, string>();
  for (const name of FORWARDED) {
    const value = environment[name];
    if (value !== undefined && value !== "") vars.set(name, value);
  }
  return vars;
}

/** Returns the environment without the variables that are passed to the Worker. */
export function withoutForwarded(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(environment).filter(([name]) => !FORWARDED.includes(name));
  return Object.fromEntries(entries);
}

/** Reads the generated keys in a state folder; null if it has none. Throws if the file of the keys cannot be read. */
export function readSecrets(folder: string): DevelopmentSecrets | null {
  const path = join(folder, SECRETS_FILE);
  if (!existsSync(path)) return null;
  try {
    return DevelopmentSecrets.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new Error(
      `${path} cannot be read as the keys of a local service. Restore it, or delete ${folder} to begin with an empty one.`,
      { cause: error },
    );
  }
}

/** Reads the generated keys in a state folder, and creates them first if there are none. */
export function ensureSecrets(folder: string): DevelopmentSecrets {
  makeFolder(folder);
  const known = readSecrets(folder);
  const secrets: DevelopmentSecrets = known ?? {
    projectId: newId("proj_"),
    apiKeyId: newId("key_"),
    apiKey: `sk-ew-${randomBytes(24).toString("base64url")}`,
    adminKey: `sk-ew-admin-${randomBytes(24).toString("base64url")}`,
    secretsKey: randomBytes(24).toString("base64url"),
  };
  writeOwnerOnly(join(folder, SECRETS_FILE), `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

/** Creates the folder and tests that it is writable, since workerd would fail later with a less clear error. */
function makeFolder(folder: string): void {
  const probe = join(folder, `.probe.${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The state folder ${folder} cannot be written (${reason}). Choose another with --persist-to DIR, or change who may write there.`,
      { cause: error },
    );
  }
}

/** The user of a state folder: the process that started a service on it, and the address of the service. */
const Lock = z.object({ pid: z.number().int(), url: z.string() });
/** The content of the lock file of a state folder: the service that runs on the folder. */
export type Lock = z.infer<typeof Lock>;

/** Finds the service that runs on a state folder; null if there is none. A lock whose process has ended is ignored. */
export function readLock(folder: string): Lock | null {
  const path = join(folder, LOCK_FILE);
  if (!existsSync(path)) return null;
  const lock = Lock.safeParse(readJson(path));
  return lock.success && isAlive(lock.data.pid) ? lock.data : null;
}

/**
 * Locks a state folder for a service of this process, since two services cannot share its databases. Returns the
 * function that unlocks it. Throws if another process that still runs has locked the folder.
 */
export function lockFolder(folder: string, url: string): () => void {
  makeFolder(folder);
  const path = join(folder, LOCK_FILE);
  const holder = readLock(folder);
  if (holder) {
    throw new Error(
      `A service already runs on the state in ${folder}: ${holder.url}, process ${holder.pid}. Use or stop that one, ` +
        `or choose another folder with --persist-to DIR. If process ${holder.pid} is another program, delete ${path}.`,
    );
  }
  rmSync(path, { force: true });
  // If two processes start at the same moment, one fails here.
  writeFileSync(path, JSON.stringify({ pid: process.pid, url }), { flag: "wx" });
  return () => rmSync(path, { force: true });
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/**
 * Writes the Worker's variables, with secrets, to a file in the state folder. Returns the path of the file. On
 * wrangler's command line the secrets would be visible in the list of processes.
 */
export function writeVars(
  folder: string,
  { adminKey, secretsKey }: Pick<DevelopmentSecrets, "adminKey" | "secretsKey">,
  environment = process.env,
): string {
  const vars = new Map([
    ["ADMIN_KEY", adminKey],
    ["SECRETS_KEY", secretsKey],
    // Pages under development are on ports of their own.
    ["CORS_ORIGINS", "*"],
    ...forwardedVars(environment),
  ]);
  const path = join(folder, VARS_FILE);
  writeOwnerOnly(path, Array.from(vars, ([name, value]) => envLine(name, value)).join(""));
  return path;
}

/** Computes the SHA-256 of a text, as hex. */
export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function envLine(name: string, value: string): string {
  const quote = ["'", '"', "`"].find((mark) => !value.includes(mark));
  if (quote === undefined || /[\r\n]/.test(value)) {
    throw new Error(
      `${name} holds a line break or every kind of quotation mark; set a plain value.`,
    );
  }
  return `${name}=${quote}${value}${quote}\n`;
}
