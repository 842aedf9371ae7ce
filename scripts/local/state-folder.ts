import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { z } from "zod";

import { newId } from "../../src/ids.ts";

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

/** Where state goes when nobody says otherwise, beside wrangler.toml and ignored by git. */
export const STATE_FOLDER_DEFAULT = ".edgewise/state";
const SECRETS_FILE = "development.json";
const VARS_FILE = "service.env";
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
];

export function stateFolder(persistTo: string | null): string {
  return resolve(persistTo ?? STATE_FOLDER_DEFAULT);
}

export function readSecrets(folder: string): DevelopmentSecrets | null {
  const path = join(folder, SECRETS_FILE);
  if (!existsSync(path)) return null;
  return DevelopmentSecrets.parse(JSON.parse(readFileSync(path, "utf8")));
}

/** Makes the secrets on the first start and finds them on every later one. */
export function ensureSecrets(folder: string): DevelopmentSecrets {
  mkdirSync(folder, { recursive: true });
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
  ]);
  for (const name of FORWARDED) {
    const value = environment[name];
    if (value !== undefined && value !== "") vars.set(name, value);
  }
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
