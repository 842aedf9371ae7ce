/** The external access that a project was granted. */
export type Grants = {
  /** Hosts that its steps may call at any address, `host` or `host:port` in lower case. */
  readonly httpHosts: ReadonlySet<string>;
  /** Tables that its steps may read, `database.table` in lower case. */
  readonly sqlTables: ReadonlySet<string>;
};

/** A secret of a project, as steps use it. Do not store it. */
export type Secret = {
  readonly value: string;
  /** The hosts that it may be sent to, as `readBoundHost` returns them; null for every host that a step may call. */
  readonly hosts: readonly string[] | null;
};

/** The permissions and secrets of a project, as steps read them. They may be up to 30 s old. */
export interface StepAccess {
  grants(projectId: string): Promise<Grants>;
  /** Returns null when the project has no secret of that name. */
  secret(projectId: string, name: string): Promise<Secret | null>;
}
