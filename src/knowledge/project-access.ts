/** A secret of a project without its value. Times are Unix seconds. */
export type SecretEntry = {
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** Maximum number of secrets of a project. */
export const SECRETS_MAX = 100;

/** The secrets of projects, which steps may use. */
export interface ProjectSecrets {
  /** False when the deployment has no key to encrypt secrets with. */
  readonly isConfigured: boolean;
  /** Creates or replaces the secret with this name. Null when the project has reached `SECRETS_MAX`. */
  put(projectId: string, name: string, value: string, now: number): Promise<SecretEntry | null>;
  list(projectId: string): Promise<SecretEntry[]>;
  /** Takes effect at once in this isolate and within 30 s everywhere. False when there is no such secret. */
  remove(projectId: string, name: string): Promise<boolean>;
}

/** The external resources that a project's steps may use, in lower case and without duplicates. */
export type GrantLists = {
  readonly httpHosts: readonly string[];
  readonly sqlTables: readonly string[];
};

/** The grants of projects. */
export interface ProjectGrants {
  get(projectId: string): Promise<GrantLists>;
  /** Replaces all grants. Takes effect at once in this isolate and within 30 s everywhere. */
  replace(projectId: string, grants: GrantLists): Promise<void>;
}
