-- One vector store: its settings and counts, the files attached to it, and what is left to purge.
-- `last_version` numbers attachments over the whole store, so a file's versions rise also after a detach.
CREATE TABLE store (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  metadata TEXT NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('live', 'expired', 'deleted')),
  created_at INTEGER NOT NULL,
  last_active_at INTEGER NOT NULL,
  expires_days INTEGER,
  embedding_model TEXT NOT NULL,
  generation INTEGER NOT NULL,
  content_version INTEGER NOT NULL,
  last_version INTEGER NOT NULL,
  version INTEGER NOT NULL,
  summary_due INTEGER,
  in_progress INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  usage_bytes INTEGER NOT NULL
) STRICT;

-- `chunk_count` is what the file's shard counts for it: an estimate until its ingestion reports.
-- An alias has the same bytes as the file that it names, whose chunks are found for both.
CREATE TABLE attachment (
  seq INTEGER PRIMARY KEY,
  file_id TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('in_progress', 'completed', 'failed', 'cancelled')),
  created_at INTEGER NOT NULL,
  filename TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  corpus_shard INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  chunk_tokens_max INTEGER NOT NULL,
  overlap_tokens INTEGER NOT NULL,
  shard INTEGER,
  chunk_count INTEGER NOT NULL DEFAULT 0,
  usage_bytes INTEGER NOT NULL DEFAULT 0,
  error_code TEXT,
  error_message TEXT,
  alias_of TEXT
) STRICT;

CREATE INDEX attachment_by_status ON attachment (status, seq);
CREATE INDEX attachment_by_digest ON attachment (sha256) WHERE alias_of IS NULL;
CREATE INDEX attachment_by_alias ON attachment (alias_of) WHERE alias_of IS NOT NULL;

CREATE TABLE batch (
  id TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  is_cancelled INTEGER NOT NULL DEFAULT 0 CHECK (is_cancelled IN (0, 1)),
  in_progress INTEGER NOT NULL DEFAULT 0,
  completed INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE batch_file (
  batch_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (batch_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX batch_of_file ON batch_file (seq);

-- Versions whose chunks must go. `purged`: 0 nothing is gone and searches hide the file, 1 the search
-- shard has let go, 2 the corpus too; such a row stays only to refuse attaching a deleted file.
CREATE TABLE tombstone (
  version INTEGER PRIMARY KEY,
  file_id TEXT NOT NULL,
  shard INTEGER,
  corpus_shard INTEGER,
  is_file_deleted INTEGER NOT NULL CHECK (is_file_deleted IN (0, 1)),
  purged INTEGER NOT NULL CHECK (purged IN (0, 1, 2)),
  deleted_at INTEGER NOT NULL
) STRICT;

CREATE INDEX tombstone_to_purge ON tombstone (purged, version) WHERE purged < 2;
CREATE INDEX tombstone_of_deleted ON tombstone (file_id) WHERE is_file_deleted = 1;

CREATE TABLE shard (
  number INTEGER PRIMARY KEY,
  chunk_count INTEGER NOT NULL
) STRICT;
