/** A secret of a project (a credential for workflow steps) without its value. Times are Unix seconds. */
export type SecretEntry = {
  readonly name: string;
  /** The hosts that the secret may be sent to; null for every host that a workflow step may call. */
  readonly hosts: readonly string[] | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** Maximum number of secrets of a project. */
export const SECRETS_MAX = 100;

/** A secret as it is set. Without `hosts`, those of the secret that it replaces stay. Times are Unix seconds. */
type SecretToPut = Pick<SecretEntry, "name"> &
  Partial<Pick<SecretEntry, "hosts">> & { readonly value: string; readonly now: number };

/**
 * Reads and writes the secrets of projects, which `http@1` steps put into request headers. No method returns the value
 * of a secret.
 */
export interface ProjectSecrets {
  /** False if the deployment has no `SECRETS_KEY` to encrypt secrets with; requests to add secrets are then refused. */
  readonly isConfigured: boolean;
  /**
   * Creates or replaces the secret with this name. Takes effect at once in this isolate and within 30 s everywhere.
   * Returns null if the project already has `SECRETS_MAX` secrets.
   */
  put(projectId: string, secret: SecretToPut): Promise<SecretEntry | null>;
  list(projectId: string): Promise<SecretEntry[]>;
  /**
   * Deletes a secret. Takes effect at once in this isolate and within 30 s everywhere. Returns false if it does not
   * exist.
   */
  remove(projectId: string, name: string): Promise<boolean>;
}

/**
 * The resources outside of the service that a project's workflow steps may use: private hosts and SQL tables. Both
 * lists are in lower case and without duplicates.
 */
export type GrantLists = {
  readonly httpHosts: readonly string[];
  readonly sqlTables: readonly string[];
};

/** Reads and replaces the grants of projects: which private hosts and SQL tables their workflow steps may use. */
export interface ProjectGrants {
  get(projectId: string): Promise<GrantLists>;
  /** Replaces all grants of a project. Takes effect at once in this isolate and within 30 s everywhere. */
  replace(projectId: string, grants: GrantLists): Promise<void>;
}
