-- Postings in segments that are never changed (docs/search.md), in place of FTS5. All of it lives as long as the shard
-- is not erased, and shorter where that is said.

-- A small number for each file, by which segments and attributes know it. NULL for a file without chunks.
ALTER TABLE file ADD COLUMN ordinal INTEGER;
UPDATE file SET ordinal = numbered.ordinal
  FROM (SELECT file_id AS id, row_number() OVER (ORDER BY first_chunk) - 1 AS ordinal
    FROM file WHERE chunk_count > 0) AS numbered
  WHERE file_id = numbered.id;

-- A part of the index. It dies when it is merged with others into one, or when none of its chunks is left. The newest
-- chunks of small calls are in no segment yet: those with numbers from the highest next_number on. Their vectors are in
-- their own rows (chunk.vector), which keep them for as long as the chunk lives.
CREATE TABLE segment (
  id INTEGER PRIMARY KEY,
  -- 'live': searched. 'staged': a part of a long file that is not complete. 'merging': the target of a merge.
  -- 'dropped': merged into another, and about to be deleted.
  state TEXT NOT NULL,
  -- Orders the live segments.
  place INTEGER NOT NULL,
  -- Removed chunks included; `dropped`: how many of those its posting lists leave out, -1 for an unknown number.
  chunk_count INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  dimensions INTEGER NOT NULL,
  -- The version of the tokenizer and stemmer that made its terms.
  analyzer INTEGER NOT NULL,
  -- The first number for a chunk that is in no segment, and for a file, when it was written: both are never used twice.
  next_number INTEGER NOT NULL,
  next_ordinal INTEGER NOT NULL,
  -- The columns of its chunks, and its posting lists; NULL if they are in `segment_part`, since they are large.
  columns BLOB,
  terms BLOB
) STRICT;

-- `kind` 0: columns of 8,192 chunks; `first_key` is the number of the part. 1: posting lists, from the key `first_key`.
CREATE TABLE segment_part (
  segment INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  first_key BLOB NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (segment, kind, first_key)
) STRICT, WITHOUT ROWID;

-- Long files of which not all parts have arrived. It dies with the last part, or a day after the first.
CREATE TABLE staged_part (
  segment INTEGER PRIMARY KEY,
  file_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  first_number INTEGER NOT NULL,
  first_chunk INTEGER NOT NULL,
  chunk_count INTEGER NOT NULL,
  staged_at INTEGER NOT NULL
) STRICT;

-- Quantized vectors of chunks with consecutive numbers, as many as fit a page of SQLite. They die after their chunks.
CREATE TABLE vector_block (
  key INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

-- Removed chunks for which a segment still has a place: one bit each, in rows of 4,096 numbers. A bit, and the chunk's
-- vector, die when the segments are written without the chunk; a row dies with its last bit.
CREATE TABLE removal (
  block INTEGER PRIMARY KEY,
  bits BLOB NOT NULL,
  -- When the first of them was removed, in milliseconds since 1970.
  removed_at INTEGER NOT NULL,
  -- 1 once segments were written without removed chunks: those of them that no segment has a place for can be forgotten.
  is_due INTEGER NOT NULL
) STRICT;

-- The merge that is going on, in slices: it continues behind the key `after_key`. It dies when the merge is done.
CREATE TABLE merge (
  target INTEGER PRIMARY KEY,
  -- A JSON list of the ids of the segments that become one.
  sources TEXT NOT NULL,
  removed INTEGER NOT NULL,
  compacts INTEGER NOT NULL,
  after_key BLOB
) STRICT;

-- The chunks that are in no segment: those numbered from next_number to last_number. Of a shard from before segments
-- (has_postings), they are searched by FTS5's postings. It dies when they are all in segments.
CREATE TABLE unindexed (
  next_number INTEGER PRIMARY KEY,
  last_number INTEGER NOT NULL,
  dimensions INTEGER NOT NULL,
  has_postings INTEGER NOT NULL
) STRICT;
INSERT INTO unindexed (next_number, last_number, dimensions, has_postings)
  SELECT min(number), max(number),
    (SELECT length(vector) FROM chunk ORDER BY number LIMIT 1), 1
  FROM chunk HAVING count(*) > 0;
