/** What a project was granted beyond its own data. */
export type Grants = {
  /** Hosts that its steps may call whatever their address is, `host` or `host:port` in lower case. */
  readonly httpHosts: ReadonlySet<string>;
  /** Tables that its steps may read, `database.table` in lower case. */
  readonly sqlTables: ReadonlySet<string>;
};

/** How steps learn what their project may do. Answers may be up to 30 s old. */
export interface StepAccess {
  grants(projectId: string): Promise<Grants>;
  /** A secret's text, or null when there is none of that name; for the moment of its use only. */
  secret(projectId: string, name: string): Promise<string | null>;
}
