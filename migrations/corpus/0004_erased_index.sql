-- Index generations that were erased, so that a write that comes late is refused. A row is deleted 30 days later, when another
-- generation is erased: by then no message of a queue is left that could bring such a write.
CREATE TABLE erased_index (
  store_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  erased_at INTEGER NOT NULL,
  PRIMARY KEY (store_id, generation)
) STRICT, WITHOUT ROWID;

CREATE INDEX erased_index_by_time ON erased_index (erased_at);
