-- Lists of conversations, and of responses in the background: summaries that their objects write some seconds after a
-- change, the newest of which wins. A row goes with what it is about, and with its project. The row of a removed one stays
-- for a day without text, so that a summary that was under way cannot bring it back. The conversations and responses of
-- before get a row when they are next used.
CREATE TABLE listed_conversation (
  project_id TEXT NOT NULL REFERENCES project (id),
  id TEXT NOT NULL,
  -- First words of its first question.
  title TEXT,
  metadata TEXT NOT NULL,
  -- Unix seconds, as the next one.
  created_at INTEGER NOT NULL,
  active_at INTEGER NOT NULL,
  -- Counts the changes of the object.
  version INTEGER NOT NULL,
  -- Milliseconds since the epoch.
  removed_at INTEGER,
  PRIMARY KEY (project_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX listed_conversation_removed ON listed_conversation (removed_at) WHERE removed_at IS NOT NULL;

CREATE TABLE listed_response (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id),
  conversation_id TEXT,
  status TEXT NOT NULL,
  model TEXT NOT NULL,
  workflow TEXT,
  service_tier TEXT NOT NULL,
  -- First words of its question.
  title TEXT,
  error TEXT,
  -- Unix seconds, as the next one.
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  version INTEGER NOT NULL,
  removed_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX listed_response_by_project ON listed_response (project_id, created_at, id) WHERE removed_at IS NULL;
CREATE INDEX listed_response_by_status ON listed_response (project_id, status, created_at, id) WHERE removed_at IS NULL;
CREATE INDEX listed_response_removed ON listed_response (removed_at) WHERE removed_at IS NOT NULL;
