import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { z } from "zod";

import { writeOwnerOnly } from "../local/owner-only.ts";
import { removeAbandoned, withCleanup } from "./cleanup.ts";

/** The secrets that a deployment needs. Each is generated where it is missing and not given in the environment. */
export const REQUIRED_SECRETS = ["ADMIN_KEY", "SECRETS_KEY"] as const;
/** Secrets that are taken from the environment where it has them. */
const OPTIONAL = ["LLM_API_KEY"] as const;

/** The name of a secret. */
export type SecretName = (typeof REQUIRED_SECRETS)[number] | (typeof OPTIONAL)[number];
/** Secrets to upload. */
export type NewSecrets = Partial<Record<SecretName, string>>;

/** Folder of generated secrets by account and Worker, ignored by git. */
export const SECRETS_FOLDER = ".edgewise/deploy";
const Kept = z.object({
  ADMIN_KEY: z.string().optional(),
  SECRETS_KEY: z.string().optional(),
  /** Id of the project whose first key was requested, and may exist without having been shown. */
  firstKeyOf: z.string().optional(),
});
type Kept = z.infer<typeof Kept>;

/** Generates the value of a secret. */
export const generateSecret = (): string => randomBytes(24).toString("base64url");

/**
 * The secrets of a deployment that nobody has seen yet, in a file that only its owner can read. They are kept until they
 * have been shown, so that a deployment that breaks off after their upload does not lose the admin key.
 */
export class UnseenSecrets {
  readonly #path: string;

  /** `deployment` names the account and the Worker, whose file is in `folder`. */
  constructor(folder: string, deployment: string) {
    this.#path = resolve(folder, `${deployment}.json`);
  }

  #read(): Kept {
    return existsSync(this.#path) ? Kept.parse(JSON.parse(readFileSync(this.#path, "utf8"))) : {};
  }

  #keep(more: Kept): void {
    const folder = dirname(this.#path);
    mkdirSync(folder, { recursive: true });
    removeAbandoned(folder, `${basename(this.#path)}.`);
    // After the upload, it is the only copy of the admin key.
    writeOwnerOnly(this.#path, JSON.stringify({ ...this.#read(), ...more }));
  }

  /** Returns those that an earlier run kept, and generates those of `missing` that `environment` does not give. */
  generate(
    missing: readonly SecretName[],
    environment: NodeJS.ProcessEnv,
    make: () => string,
  ): NewSecrets {
    const kept = this.#read();
    const generated: NewSecrets = {};
    for (const name of REQUIRED_SECRETS) {
      if (environment[name]) continue;
      const value = kept[name] ?? (missing.includes(name) ? make() : null);
      if (value !== null) generated[name] = value;
    }
    if (Object.keys(generated).some((name) => !(name in kept))) this.#keep(generated);
    return generated;
  }

  /** Returns true if the project may have a first key that was not shown. */
  hasFirstKeyOf(project: string): boolean {
    return this.#read().firstKeyOf === project;
  }

  /** Keeps the fact that a first key of the project is requested. */
  expectFirstKeyOf(project: string): void {
    this.#keep({ firstKeyOf: project });
  }

  /** Forgets them, after they were shown. */
  forget(): void {
    rmSync(this.#path, { force: true });
  }
}

/** Lists the required secrets that the Worker does not have. `known` is null if there is no Worker. */
export const missingSecrets = (known: ReadonlySet<string> | null): SecretName[] =>
  REQUIRED_SECRETS.filter((name) => !known?.has(name));

/** Reads the secrets that the environment gives. */
export function givenSecrets(environment: NodeJS.ProcessEnv): NewSecrets {
  const given: NewSecrets = {};
  for (const name of [...REQUIRED_SECRETS, ...OPTIONAL]) {
    const value = environment[name];
    if (value) given[name] = value;
  }
  return given;
}

/**
 * Calls `work` with the path of a file with the secrets, which only its owner can read and which is removed after, also
 * when the process is interrupted. A process that was killed could not remove its file: the next one does.
 */
export async function withSecretsFile<Outcome>(
  parent: string,
  secrets: NewSecrets,
  work: (path: string) => Promise<Outcome>,
): Promise<Outcome> {
  mkdirSync(parent, { recursive: true });
  removeAbandoned(parent, "secrets-");
  const folder = mkdtempSync(join(resolve(parent), `secrets-${process.pid}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return await withCleanup(remove, async () => {
    const path = join(folder, "secrets.json");
    writeOwnerOnly(path, JSON.stringify(secrets));
    return await work(path);
  });
}
