import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { z } from "zod";

/** The secrets that a deployment needs. Each is generated where it is missing and not given in the environment. */
const REQUIRED = ["ADMIN_KEY", "SECRETS_KEY"] as const;
/** Secrets that are taken from the environment where it has them. */
const OPTIONAL = ["LLM_API_KEY"] as const;

/** The name of a secret. */
export type SecretName = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number];
/** Secrets to upload. */
export type NewSecrets = Partial<Record<SecretName, string>>;

/** Folder of generated secrets by account and Worker, ignored by git. */
export const SECRETS_FOLDER = ".edgewise/deploy";
const OWNER_ONLY = 0o600;
const Kept = z.record(z.string(), z.string());

/**
 * Secrets that were generated, in a file that only its owner can read. They are kept until they were shown, so that a
 * deployment that breaks off between the upload and its end does not lose the admin key.
 */
export class GeneratedSecrets {
  readonly #path: string;

  /** `deployment` names the account and the Worker. */
  constructor(deployment: string) {
    this.#path = resolve(SECRETS_FOLDER, `${deployment}.json`);
  }

  #read(): NewSecrets {
    return existsSync(this.#path) ? Kept.parse(JSON.parse(readFileSync(this.#path, "utf8"))) : {};
  }

  /** Generates those of `missing` that the environment does not give and that were not generated before. */
  generate(missing: readonly SecretName[], environment = process.env): NewSecrets {
    const kept = this.#read();
    const generated: NewSecrets = {};
    for (const name of REQUIRED) {
      if (environment[name]) continue;
      const value =
        kept[name] ?? (missing.includes(name) ? randomBytes(24).toString("base64url") : null);
      if (value !== null) generated[name] = value;
    }
    if (Object.keys(generated).some((name) => !(name in kept))) {
      mkdirSync(SECRETS_FOLDER, { recursive: true });
      writeFileSync(this.#path, JSON.stringify(generated), { mode: OWNER_ONLY });
    }
    return generated;
  }

  /** Forgets them, after they were shown. */
  forget(): void {
    rmSync(this.#path, { force: true });
  }
}

/** Lists the required secrets that the Worker does not have. `known` is null if there is no Worker. */
export const missingSecrets = (known: ReadonlySet<string> | null): SecretName[] =>
  REQUIRED.filter((name) => !known?.has(name));

/** Reads the secrets that the environment gives. */
export function givenSecrets(environment = process.env): NewSecrets {
  const given: NewSecrets = {};
  for (const name of [...REQUIRED, ...OPTIONAL]) {
    const value = environment[name];
    if (value) given[name] = value;
  }
  return given;
}

/** Calls `work` with the path of a file with the secrets, which only its owner can read and which is removed after. */
export async function withSecretsFile<Outcome>(
  secrets: NewSecrets,
  work: (path: string) => Promise<Outcome>,
): Promise<Outcome> {
  mkdirSync(SECRETS_FOLDER, { recursive: true });
  const folder = mkdtempSync(join(resolve(SECRETS_FOLDER), "secrets-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    const path = join(folder, "secrets.json");
    writeFileSync(path, JSON.stringify(secrets), { mode: OWNER_ONLY });
    return await work(path);
  } finally {
    remove();
    process.off("exit", remove);
  }
}
