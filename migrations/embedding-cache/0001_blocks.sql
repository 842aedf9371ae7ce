-- The vectors of a project's texts, many in a row, since rows are what a deployment pays for. A row is one block: the
-- keys of its texts and their vectors, both one after the other in the same order.
CREATE TABLE block (
  id INTEGER PRIMARY KEY,
  -- The provider and the name of the model.
  model TEXT NOT NULL,
  form TEXT NOT NULL CHECK (form IN ('passage', 'question')),
  -- Bytes of each vector.
  vector_bytes INTEGER NOT NULL,
  -- The last use of any of them, to the hour. Milliseconds since the epoch.
  used_at INTEGER NOT NULL,
  keys BLOB NOT NULL,
  vectors BLOB NOT NULL
) STRICT;

-- How often a vector was there, and how often not, since `since`.
CREATE TABLE tally (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  hits INTEGER NOT NULL,
  misses INTEGER NOT NULL,
  since INTEGER NOT NULL
) STRICT;
