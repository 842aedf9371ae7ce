-- The version of the analyzer that makes the terms of the shard's chunks, which a segment made of their texts again needs, too.
-- One row; none for version 1, which shards of older builds have. It dies with the shard.
CREATE TABLE analyzer (
  singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
  version INTEGER NOT NULL
) STRICT;
