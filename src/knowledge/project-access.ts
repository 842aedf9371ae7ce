/** A secret of a project as it is shown: never its text. Times are Unix seconds. */
export type SecretEntry = {
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** Bound on the secrets of a project. */
export const SECRETS_MAX = 100;

export interface ProjectSecrets {
  /** False where the deployment has no key to encrypt secrets under. */
  readonly isConfigured: boolean;
  /** Keeps a secret in the place of the one of its name; null when the project has too many of them. */
  put(projectId: string, name: string, value: string, now: number): Promise<SecretEntry | null>;
  list(projectId: string): Promise<SecretEntry[]>;
  /** Takes effect at once in this isolate and within 30 s everywhere. False when there is none. */
  remove(projectId: string, name: string): Promise<boolean>;
}

/** What a project's steps may use outside of its own data, in lower case and without repetition. */
export type GrantLists = {
  readonly httpHosts: readonly string[];
  readonly sqlTables: readonly string[];
};

export interface ProjectGrants {
  get(projectId: string): Promise<GrantLists>;
  /** Puts these in the place of all that were granted; in effect at once in this isolate, within 30 s everywhere. */
  replace(projectId: string, grants: GrantLists): Promise<void>;
}
