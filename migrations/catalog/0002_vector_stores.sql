-- What lists of vector stores show: summaries that the stores' objects write, the newest of which wins.
-- A deleted store keeps its row, so that a summary that was under way cannot bring it back.
CREATE TABLE vector_store (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id),
  is_deleted INTEGER NOT NULL CHECK (is_deleted IN (0, 1)),
  version INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE INDEX vector_store_by_project ON vector_store (project_id, id) WHERE is_deleted = 0;
