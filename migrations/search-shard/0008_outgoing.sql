-- The vectors of a shard in a vector index outside, such as one of Vectorize.

-- The place of the shard's vectors. It dies with the shard.
CREATE TABLE placement (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  -- The number of the vector index; NULL if the vectors are in the shard alone.
  vector_index INTEGER,
  -- The names by which the writer of the index finds the shard.
  project_id TEXT NOT NULL,
  region TEXT NOT NULL,
  store_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  shard INTEGER NOT NULL,
  -- Numbers of changes are never used twice. The writers know of those before `announced_to`.
  next_seq INTEGER NOT NULL,
  announced_to INTEGER NOT NULL
) STRICT;

-- Changes of a vector index that wait until searches in it see them. A row dies a while after that.
CREATE TABLE outgoing (
  seq INTEGER PRIMARY KEY,
  vector_index INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('upsert', 'delete')),
  -- The numbers of the chunks.
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  -- When the index had the change, in milliseconds since 1970; NULL before.
  confirmed_at INTEGER
) STRICT;

CREATE INDEX outgoing_confirmed ON outgoing (confirmed_at) WHERE confirmed_at IS NOT NULL;
