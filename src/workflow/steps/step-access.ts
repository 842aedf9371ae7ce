/** The resources outside of the service that a project's steps may use. */
export type Grants = {
  /** Hosts that its steps may call although their addresses are not public: `host` or `host:port`, in lower case. */
  readonly httpHosts: ReadonlySet<string>;
  /** Tables that its steps may read, `database.table` in lower case. */
  readonly sqlTables: ReadonlySet<string>;
};

/** A secret of a project with its value, for a step that is about to use it. It must not be stored. */
export type Secret = {
  readonly value: string;
  /**
   * The hosts that the secret may be sent to, normalized by `readBoundHost`; null for every host that a step may call.
   */
  readonly hosts: readonly string[] | null;
};

/** The look-up of projects' grants and secrets for steps. The results may be up to 30 s old. */
export interface StepAccess {
  grants(projectId: string): Promise<Grants>;
  /** Returns a secret of a project; null if it has none of that name. */
  secret(projectId: string, name: string): Promise<Secret | null>;
}
