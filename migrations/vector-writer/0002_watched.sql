-- Vectors that were deleted or written again, or namespaces that were left: the index is asked for them again for a day,
-- since a mutation may take effect a second time. A row dies with its last question. It has ids and numbers of chunks, and
-- outlives the data of the store that it is about by that day.
CREATE TABLE watched (
  -- The namespace, and the shard: -1 for the whole namespace, in which no vector is to be.
  namespace TEXT NOT NULL,
  shard INTEGER NOT NULL,
  -- The numbers of the chunks, as a JSON list of runs; empty for a namespace.
  runs TEXT NOT NULL,
  -- The names by which the shards are found.
  project_id TEXT NOT NULL,
  region TEXT NOT NULL,
  store_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  -- When the index was seen to have the change, and when it is asked next, in milliseconds since 1970.
  since INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  PRIMARY KEY (namespace, shard, runs)
) STRICT, WITHOUT ROWID;

CREATE INDEX watched_by_due ON watched (due_at);
