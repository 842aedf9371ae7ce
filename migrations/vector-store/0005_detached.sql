-- Where a file that was detached had its place in the list, so that a cursor with its id goes on from there. A row is
-- deleted at a detach after a day, when the file is detached again, and with the store.
CREATE TABLE detached (
  file_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  detached_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX detached_by_time ON detached (detached_at);
