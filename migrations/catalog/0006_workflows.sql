-- Workflows that projects have saved, every version of each. Rows never change but for their description, so that what a run
-- was started from can be looked up as long as the project has it.
CREATE TABLE workflow (
  id TEXT NOT NULL UNIQUE,
  project_id TEXT NOT NULL REFERENCES project (id),
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  -- Of the definition.
  hash TEXT NOT NULL,
  description TEXT,
  -- JSON as it was sent, and what it was compiled to.
  body TEXT NOT NULL,
  definition TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, name, version)
) STRICT;

CREATE INDEX workflow_by_project ON workflow (project_id, id);
