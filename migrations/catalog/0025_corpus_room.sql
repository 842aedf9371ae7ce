-- The room of each corpus database: `stored_bytes` is its size as D1 has last said it, in steps; `full_at` is when it last refused
-- a write because it was full, in Unix seconds. `has_runs` is 1 once it has archived runs. A row lives as long as the deployment.
ALTER TABLE corpus_shard ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE corpus_shard ADD COLUMN full_at INTEGER;
ALTER TABLE corpus_shard ADD COLUMN has_runs INTEGER NOT NULL DEFAULT 0 CHECK (has_runs IN (0, 1));
