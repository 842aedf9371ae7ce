/** The external access that a project was granted. */
export type Grants = {
  /** Hosts that its steps may call at any address, `host` or `host:port` in lower case. */
  readonly httpHosts: ReadonlySet<string>;
  /** Tables that its steps may read, `database.table` in lower case. */
  readonly sqlTables: ReadonlySet<string>;
};

/** The permissions and secrets of a project, as steps read them. They may be up to 30 s old. */
export interface StepAccess {
  grants(projectId: string): Promise<Grants>;
  /** Returns a secret's text, or null when the project has none of that name. Do not store it. */
  secret(projectId: string, name: string): Promise<string | null>;
}
