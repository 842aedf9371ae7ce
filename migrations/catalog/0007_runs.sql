-- What lists of runs show: summaries that the runs' objects write, the newest of which wins. A deleted run keeps its row for a
-- while, so that a summary that was under way cannot bring it back. Times are milliseconds since the epoch.
CREATE TABLE run (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id),
  region TEXT NOT NULL,
  workflow TEXT NOT NULL,
  workflow_version INTEGER NOT NULL,
  status TEXT NOT NULL,
  error_step TEXT,
  error_message TEXT,
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  -- When the run was as the row says.
  updated_at INTEGER NOT NULL,
  -- Counts the object's summaries.
  version INTEGER NOT NULL,
  -- When the sweeper asks an open run how it is; null once it has settled.
  poke_at INTEGER,
  removed_at INTEGER
) STRICT;

CREATE INDEX run_by_project ON run (project_id, created_at, id) WHERE removed_at IS NULL;
CREATE INDEX run_by_status ON run (project_id, status, created_at, id) WHERE removed_at IS NULL;
CREATE INDEX run_by_workflow ON run (project_id, workflow, created_at, id) WHERE removed_at IS NULL;
-- With all that the sweeper needs to find the objects of runs that are open.
CREATE INDEX run_open ON run (poke_at, id, project_id, region) WHERE poke_at IS NOT NULL;
CREATE INDEX run_removed ON run (removed_at) WHERE removed_at IS NOT NULL;
