-- The run that this object is for; what it does is in the kernel's tables. Times are milliseconds since the epoch.
CREATE TABLE run_frame (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  region TEXT NOT NULL,
  workflow TEXT NOT NULL,
  workflow_version INTEGER NOT NULL,
  workflow_hash TEXT NOT NULL,
  metadata TEXT NOT NULL,
  -- Of the request that started it.
  fingerprint TEXT NOT NULL,
  -- Counts the summaries that the read model got or is to get.
  version INTEGER NOT NULL,
  summary_due INTEGER,
  -- When the run, or what is left of a deleted one, goes.
  erase_at INTEGER,
  -- From then on the row only keeps the id from being used again.
  deleted_at INTEGER
) STRICT;
