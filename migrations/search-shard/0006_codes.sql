-- Codes of vectors, one bit a dimension, by which a shard is searched whose vectors do not fit in memory.

-- The codes of the chunks with 1,024 consecutive numbers, removed ones included. They are made of the vectors, and a
-- code dies with its vector.
CREATE TABLE code_block (
  key INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

-- The mean around which codes are made, frozen with the first of them, and the first block that has none yet.
CREATE TABLE code_state (
  dimensions INTEGER PRIMARY KEY,
  mean BLOB NOT NULL,
  next_key INTEGER NOT NULL
) STRICT;
