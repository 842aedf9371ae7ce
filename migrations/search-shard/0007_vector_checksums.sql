-- Checksums of vectors, and of the mean around which codes are made, of the same kind as those of posting lists. NULL
-- where a build before wrote them, and for an empty vector.
ALTER TABLE vector_block ADD COLUMN checksum INTEGER;
ALTER TABLE chunk ADD COLUMN vector_checksum INTEGER;
ALTER TABLE code_state ADD COLUMN checksum INTEGER;

-- Files some of whose vectors were found damaged and are zeros since: the store's object is asked to index them again.
-- A row dies when the shard has a newer version of the file, or none.
CREATE TABLE damaged_file (
  file_id TEXT NOT NULL,
  -- The version with the damaged vectors, also of a file whose parts are staged.
  version INTEGER NOT NULL,
  -- When to ask next, in milliseconds since the epoch.
  due_at INTEGER NOT NULL,
  PRIMARY KEY (file_id, version)
) STRICT, WITHOUT ROWID;
