import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { z } from "zod";

import { newId } from "../../src/ids.ts";
import { STATE_FOLDER_DEFAULT } from "./commands.ts";
import type { Given } from "./flags.ts";

/** The secrets of a local service. Their plain text exists in this one file, which only its owner reads. */
const DevelopmentSecrets = z.strictObject({
  projectId: z.templateLiteral(["proj_", z.string()]),
  apiKeyId: z.templateLiteral(["key_", z.string()]),
  apiKey: z.string(),
  adminKey: z.string(),
  /** Encrypts the secrets of projects; folders from before there were any get one when they are next used. */
  secretsKey: z.string().default(() => randomBytes(24).toString("base64url")),
});
export type DevelopmentSecrets = z.infer<typeof DevelopmentSecrets>;

const SECRETS_FILE = "development.json";
const VARS_FILE = "service.env";
const LOCK_FILE = "service.lock";
const OWNER_ONLY = 0o600;

/** What the Worker takes from the environment of `npm run dev`. */
const FORWARDED = [
  "LLM_BASE_URL",
  "LLM_API_KEY",
  "LLM_MODEL",
  "EMBEDDING_MODEL",
  "ADMIN_KEY",
  "SECRETS_KEY",
  "HTTP_DNS_URL",
  "LOG_LEVEL",
];

/** The folder that --persist-to names, or the usual one. */
export function stateFolder({ values }: Pick<Given, "values">): string {
  return resolve(values.get("persist-to") ?? STATE_FOLDER_DEFAULT);
}

/** The variables of our environment that the Worker gets; an empty one counts as not set. */
export function forwardedVars(environment = process.env): Map<string, string> {
  const vars = new Map<string, string>();
  for (const name of FORWARDED) {
    const value = environment[name];
    if (value !== undefined && value !== "") vars.set(name, value);
  }
  return vars;
}

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

/** Makes the secrets on the first start and finds them on every later one. */
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

/** Makes the folder, and makes sure that files can be written there: workerd would fail later and say less. */
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

/** Who uses a state folder: the process that started a service on it, and where that service answers. */
const Lock = z.object({ pid: z.number().int(), url: z.string() });
export type Lock = z.infer<typeof Lock>;

/** The service that runs on the folder; null when there is none. A lock of a process that is gone counts for nothing. */
export function readLock(folder: string): Lock | null {
  const path = join(folder, LOCK_FILE);
  if (!existsSync(path)) return null;
  const lock = Lock.safeParse(readJson(path));
  return lock.success && isAlive(lock.data.pid) ? lock.data : null;
}

/**
 * Takes the folder for a service of this process, since two services on the same databases would disturb each other.
 * Returns a function that releases it. A process that is killed releases it by being gone.
 */
export function lockFolder(folder: string, url: string): () => void {
  makeFolder(folder);
  const path = join(folder, LOCK_FILE);
  const holder = readLock(folder);
  if (holder) {
    throw new Error(
      `A service already runs on the state in ${folder}: ${holder.url}, process ${holder.pid}. Use or stop that one, ` +
        `or choose another folder with --persist-to DIR. If process ${holder.pid} is something else, delete ${path}.`,
    );
  }
  rmSync(path, { force: true });
  // Of two that start at the same moment, one fails here.
  writeFileSync(path, JSON.stringify({ pid: process.pid, url }), { flag: "wx" });
  return () => rmSync(path, { force: true });
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process of another user.
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
 * Writes what the Worker gets as variables into a file of their own: a value on wrangler's command
 * line would be visible to everybody who lists processes.
 */
export function writeVars(
  folder: string,
  { adminKey, secretsKey }: Pick<DevelopmentSecrets, "adminKey" | "secretsKey">,
  environment = process.env,
): string {
  const vars = new Map([
    ["ADMIN_KEY", adminKey],
    ["SECRETS_KEY", secretsKey],
    ...forwardedVars(environment),
  ]);
  const path = join(folder, VARS_FILE);
  writeOwnerOnly(path, Array.from(vars, ([name, value]) => envLine(name, value)).join(""));
  return path;
}

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

/** Replaces a file in one step, so that a kill in the middle leaves the old one or the new one. */
function writeOwnerOnly(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: OWNER_ONLY });
  renameSync(draft, path);
}
