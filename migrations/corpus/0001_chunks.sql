-- The record of knowledge: every chunk of every file, from which all indexes can be built again.
-- `document` holds the highest version seen for a (store, file): writes of a lower one are refused, and a tombstone
-- (deleted = 1) refuses its own version too. `chunk_count` tells whether all chunks of the version are here.
CREATE TABLE document (
  store_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  file_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  filename TEXT NOT NULL,
  chunk_count INTEGER NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
  PRIMARY KEY (store_id, generation, file_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE chunk (
  store_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  file_id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  version INTEGER NOT NULL,
  id TEXT NOT NULL,
  span_start INTEGER NOT NULL,
  span_end INTEGER NOT NULL,
  heading TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (store_id, generation, file_id, ordinal)
) STRICT, WITHOUT ROWID;
