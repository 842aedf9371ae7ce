-- Runs that have ended, moved here from the list in CATALOG when that is large. A row goes with its run: 30 days after the end of
-- the run, or when it is deleted; and when the run is repeated, since it is in CATALOG again. Times are milliseconds since the epoch.
CREATE TABLE archived_run (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  workflow TEXT NOT NULL,
  workflow_version INTEGER NOT NULL,
  status TEXT NOT NULL,
  error_step TEXT,
  error_message TEXT,
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX archived_run_by_project ON archived_run (project_id, created_at, id);
CREATE INDEX archived_run_by_status ON archived_run (project_id, status, created_at, id);
CREATE INDEX archived_run_by_workflow ON archived_run (project_id, workflow, created_at, id);
