-- The vector index that has the vectors of a generation of the store's index. It dies with the content of the store.
CREATE TABLE dense_placement (
  generation INTEGER PRIMARY KEY,
  -- The number of the index; NULL if the shards alone have them.
  vector_index INTEGER,
  -- When the store asked for an index last and none fitted, in seconds since 1970; 0 if one did.
  refused_at INTEGER NOT NULL
) STRICT;

-- The vector index of which the shard was told; NULL for none.
ALTER TABLE shard ADD COLUMN placed INTEGER;
