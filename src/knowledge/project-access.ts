/** A secret of a project without its value. Times are Unix seconds. */
export type SecretEntry = {
  readonly name: string;
  /** The hosts that it may be sent to; null for every host that a step may call. */
  readonly hosts: readonly string[] | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** Maximum number of secrets of a project. */
export const SECRETS_MAX = 100;

/** A secret as it is set. Without `hosts`, those of the secret that it replaces stay. Times are Unix seconds. */
type SecretToPut = Pick<SecretEntry, "name"> &
  Partial<Pick<SecretEntry, "hosts">> & { readonly value: string; readonly now: number };

/** The secrets of projects, which steps may use. */
export interface ProjectSecrets {
  /** False when the deployment has no key to encrypt secrets with. */
  readonly isConfigured: boolean;
  /**
   * Creates or replaces the secret with this name. Takes effect at once in this isolate and within 30 s everywhere.
   * Null when the project has reached `SECRETS_MAX`.
   */
  put(projectId: string, secret: SecretToPut): Promise<SecretEntry | null>;
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
