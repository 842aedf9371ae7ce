-- The journal of one vector index, whose only writer is this object. Vectors are not in it: their shards have them.

-- The index that the object writes.
CREATE TABLE writer (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  vector_index INTEGER NOT NULL
) STRICT;

-- A search shard that has changes for the index. It dies when none of them is left.
CREATE TABLE source (
  name TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  region TEXT NOT NULL,
  store_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  shard INTEGER NOT NULL,
  -- Its changes up to this one are in mutations, or done.
  planned_to INTEGER NOT NULL,
  -- Orders the shards, the one first that has waited longest.
  turn INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX source_by_turn ON source (turn);

-- A mutation of the index, from its planning until the index is known to have its effect: then it dies.
CREATE TABLE mutation (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('upsert', 'delete')),
  -- The id that the index gave it; NULL until it is accepted.
  mutation_id TEXT,
  -- Orders the accepted ones.
  place INTEGER NOT NULL,
  -- Milliseconds since 1970.
  accepted_at INTEGER,
  seen_at INTEGER,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL
) STRICT;

-- The changes of one shard that a mutation makes: a JSON list of their numbers. It dies with the mutation.
CREATE TABLE mutation_part (
  mutation INTEGER NOT NULL,
  source TEXT NOT NULL,
  seqs TEXT NOT NULL,
  PRIMARY KEY (mutation, source)
) STRICT, WITHOUT ROWID;
