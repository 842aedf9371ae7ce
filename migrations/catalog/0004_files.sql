-- Uploaded files, the corpus shard that each one's chunks go to, and the stores it was attached to, so that deleting a file
-- reaches every store. A deleted file's row stays until its bytes and attachments are gone.
CREATE TABLE file (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id),
  filename TEXT NOT NULL,
  purpose TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  corpus_shard INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  deleted_at INTEGER
) STRICT;

CREATE INDEX file_by_project ON file (project_id, id) WHERE deleted_at IS NULL;
CREATE INDEX file_to_purge ON file (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX file_to_expire ON file (expires_at) WHERE expires_at IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE file_store (
  file_id TEXT NOT NULL,
  store_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  PRIMARY KEY (file_id, store_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE corpus_shard (
  number INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
