-- Workflows that projects have saved, every version of each. What a version does never changes. Rows of a workflow that was
-- deleted stay, so that a later one of its name goes on counting, and no two versions are ever called the same.
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
  deleted_at INTEGER,
  PRIMARY KEY (project_id, name, version)
) STRICT;

CREATE INDEX workflow_by_project ON workflow (project_id, id) WHERE deleted_at IS NULL;
