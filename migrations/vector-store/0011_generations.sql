-- Index generations. A store has one that serves (`store.generation`) and at most one other, which gets the same writes and
-- deletes: the new one of a reindex, or the old one, which is kept for the way back. Everything here dies with the store.
ALTER TABLE store ADD COLUMN other_generation INTEGER;
ALTER TABLE store ADD COLUMN last_generation INTEGER NOT NULL DEFAULT 1;
ALTER TABLE store ADD COLUMN analyzer INTEGER NOT NULL DEFAULT 1;
-- JSON: the sizes of chunks that `auto` stands for. NULL: those of the build.
ALTER TABLE store ADD COLUMN auto_chunking TEXT;
ALTER TABLE store ADD COLUMN other_usage_bytes INTEGER NOT NULL DEFAULT 0;

-- `shard`, `chunk_count` and `usage_bytes` are the file's place in the generation with an odd number; these are the one with an
-- even number, so that a switch changes no file. `copy_state`: the copy in the generation that does not serve is missing.
ALTER TABLE attachment ADD COLUMN even_shard INTEGER;
ALTER TABLE attachment ADD COLUMN even_chunk_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attachment ADD COLUMN even_usage_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attachment ADD COLUMN copy_state TEXT CHECK (copy_state IN ('waiting', 'sent', 'failed'));
ALTER TABLE attachment ADD COLUMN copy_error TEXT;
CREATE INDEX attachment_to_copy ON attachment (copy_state, seq) WHERE copy_state IS NOT NULL;

ALTER TABLE tombstone ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;

-- The shards of both generations, in place of `shard`.
CREATE TABLE generation_shard (
  generation INTEGER NOT NULL,
  number INTEGER NOT NULL,
  chunk_count INTEGER NOT NULL,
  -- The vector index of which the shard was told; NULL for none.
  placed INTEGER,
  PRIMARY KEY (generation, number)
) STRICT, WITHOUT ROWID;
INSERT INTO generation_shard SELECT 1, number, chunk_count, placed FROM shard;
DROP TABLE shard;

-- The last reindex of the store; the next one replaces it. `cursor` is the place in the list of files up to which its build has
-- come; NULL once it has passed all.
CREATE TABLE reindex (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  state TEXT NOT NULL CHECK (state IN
    ('building', 'paused', 'ready', 'switched', 'erasing', 'completed', 'cancelling', 'cancelled')),
  from_generation INTEGER NOT NULL,
  to_generation INTEGER NOT NULL,
  from_settings TEXT NOT NULL,
  to_settings TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ready_at INTEGER,
  switched_at INTEGER,
  reverted_at INTEGER,
  kept_until INTEGER,
  ended_at INTEGER,
  cursor INTEGER,
  checked INTEGER NOT NULL DEFAULT 0,
  copied INTEGER NOT NULL DEFAULT 0,
  comparison TEXT,
  erased TEXT
) STRICT;

-- The questions that were asked last, the newest last, for the comparison of generations: a JSON list of texts. One row, which a
-- project that opts out loses.
CREATE TABLE asked_questions (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  texts TEXT NOT NULL
) STRICT;
