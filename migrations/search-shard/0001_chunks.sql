-- One shard of a store's index. A file's row outlives its chunks as a tombstone: it fences late writes.
CREATE TABLE file (
  file_id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  filename TEXT NOT NULL,
  attributes TEXT NOT NULL,
  -- The file's chunks are numbered first_chunk … first_chunk + chunk_count - 1, so they need no index of their own.
  first_chunk INTEGER NOT NULL,
  chunk_count INTEGER NOT NULL,
  -- When it was removed, in milliseconds since 1970; null while it is here.
  removed_at INTEGER
) STRICT, WITHOUT ROWID;

-- What scoring needs comes first: a start reads it for every chunk, and the text behind it for none.
CREATE TABLE chunk (
  number INTEGER PRIMARY KEY,
  chunk_id TEXT NOT NULL,
  file_id TEXT NOT NULL,
  length INTEGER NOT NULL,
  vector BLOB NOT NULL,
  ordinal INTEGER NOT NULL,
  span_start INTEGER NOT NULL,
  span_end INTEGER NOT NULL,
  heading TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;

-- FTS5 is used as a posting store alone: terms are ours, made by the tokenizer, and no query syntax reaches it.
-- Its `ascii` tokenizer splits at ASCII that is neither letter nor digit, which no term contains.
CREATE VIRTUAL TABLE posting USING fts5(terms, content = '', contentless_delete = 1, tokenize = 'ascii');
CREATE VIRTUAL TABLE posting_instance USING fts5vocab(posting, 'instance');
CREATE VIRTUAL TABLE posting_count USING fts5vocab(posting, 'row');
