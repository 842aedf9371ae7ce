-- The search shards that a generation begins with, and the place of its vectors, are asked for, or split by the store itself.
-- All of it dies with the rows that it is in.

-- JSON: the number of shards and the place of vectors. NULL: the reindex was begun by the build before.
ALTER TABLE reindex ADD COLUMN from_layout TEXT;
ALTER TABLE reindex ADD COLUMN to_layout TEXT;
-- 1: the store has begun the reindex by itself.
ALTER TABLE reindex ADD COLUMN is_automatic INTEGER NOT NULL DEFAULT 0 CHECK (is_automatic IN (0, 1));

-- The place that was asked for. 'auto': it follows from the size.
ALTER TABLE dense_placement ADD COLUMN dense_index TEXT NOT NULL DEFAULT 'auto'
  CHECK (dense_index IN ('auto', 'shard', 'vectorize'));
