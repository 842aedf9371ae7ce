-- What the steps of a project's workflows may use outside of the service: secrets for headers, hosts, and tables.
CREATE TABLE project_secret (
  project_id TEXT NOT NULL REFERENCES project (id),
  name TEXT NOT NULL,
  -- Encrypted under a key of the deployment, bound to project and name; see src/platform/secret-box.ts.
  ciphertext TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE project_grant (
  project_id TEXT NOT NULL REFERENCES project (id),
  kind TEXT NOT NULL CHECK (kind IN ('http_host', 'sql_table')),
  value TEXT NOT NULL,
  PRIMARY KEY (project_id, kind, value)
) STRICT, WITHOUT ROWID;
